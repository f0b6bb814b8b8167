using Appliance.Features.Store;
using Microsoft.Win32.SafeHandles;

namespace TestKit;

/// <summary>
/// A disk that fails by plan: the operations that change something are counted from 1, and those in the planned stretch end as the plan says. Openings and
/// reads have a count and a plan of their own; reads fail, or do not end, while told to. Thread-safe.
/// </summary>
public sealed class FaultyDevice(IStoreDevice inner) : IStoreDevice
{
    private const int NoSpace = 28, InputOutput = 5;

    private readonly Lock _gate = new(); // guards the counts and the plans
    private long _operations;
    private long _from = long.MaxValue;
    private long _until;
    private DiskFault _fault;
    private long _looks;
    private long _failingLook;
    private long _writeOuts;
    private readonly ManualResetEventSlim _readsPass = new(true);
    private int _heldReads;
    private volatile bool _readsFail;

    /// <summary>Operations that changed something, or tried to.</summary>
    public long Operations
    {
        get { lock (_gate) return _operations; }
    }

    /// <summary>Whether the plan's stretch has begun.</summary>
    public bool HasFailed
    {
        get { lock (_gate) return _operations >= _from; }
    }

    /// <summary>Openings of files and reads, or tries of them.</summary>
    public long Looks
    {
        get { lock (_gate) return _looks; }
    }

    /// <summary>Times that written bytes were asked to leave the system's cache.</summary>
    public long WriteOuts
    {
        get { lock (_gate) return _writeOuts; }
    }

    public bool ReadsFail
    {
        get => _readsFail;
        set => _readsFail = value;
    }

    /// <summary>From the given operation on, that many end in the fault.</summary>
    public void Plan(DiskFault fault, long at, long times = long.MaxValue)
    {
        lock (_gate) (_fault, _from, _until) = (fault, at, times == long.MaxValue ? long.MaxValue : at + times);
    }

    /// <summary>Reads that have begun and do not end before <see cref="LetReadsPass"/>.</summary>
    public int HeldReads => Volatile.Read(ref _heldReads);

    /// <summary>Reads that begin from here on do not end until <see cref="LetReadsPass"/>.</summary>
    public void HoldReads() => _readsPass.Reset();

    public void LetReadsPass() => _readsPass.Set();

    /// <summary>The opening or read of that number ends in EIO.</summary>
    public void PlanLook(long at)
    {
        lock (_gate) _failingLook = at;
    }

    /// <summary>From the next operation on all end in the fault, until <see cref="Heal"/>.</summary>
    public void FailNow(DiskFault fault)
    {
        lock (_gate) (_fault, _from, _until) = (fault, _operations + 1, long.MaxValue);
    }

    public void Heal()
    {
        lock (_gate) _from = long.MaxValue;
    }

    public SafeFileHandle Open(string path) => Look() ? inner.Open(path) : throw Error(DiskFault.Error);

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (Next() is not { } fault)
        {
            inner.Write(file, bytes, offset);
            return;
        }
        if (fault is DiskFault.ShortWrite or DiskFault.CutOff && FirstOfPlan()) inner.Write(file, bytes[..(bytes.Length / 2)], offset);
        throw Error(fault);
    }

    public int Read(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        Interlocked.Increment(ref _heldReads);
        _readsPass.Wait();
        Interlocked.Decrement(ref _heldReads);
        return !Look() || _readsFail ? throw Error(DiskFault.Error) : inner.Read(file, bytes, offset);
    }

    public bool TryReadCached(SafeFileHandle file, Span<byte> bytes, long offset) => !_readsFail && _readsPass.IsSet && inner.TryReadCached(file, bytes, offset);

    public void WriteOut(SafeFileHandle file, long offset, long bytes)
    {
        lock (_gate) _writeOuts++;
        if (Next() is { } fault) throw Error(fault);
        inner.WriteOut(file, offset, bytes);
    }

    public void Sync(SafeFileHandle file)
    {
        if (Next() is { } fault) throw Error(fault);
        inner.Sync(file);
    }

    public void SyncFolder(string folder)
    {
        if (Next() is { } fault) throw Error(fault);
        inner.SyncFolder(folder);
    }

    public void Rename(string from, string to)
    {
        if (Next() is { } fault) throw Error(fault);
        inner.Rename(from, to);
    }

    public void Delete(string path)
    {
        if (Next() is { } fault) throw Error(fault);
        inner.Delete(path);
    }

    private bool Look()
    {
        lock (_gate) return ++_looks != _failingLook;
    }

    private DiskFault? Next()
    {
        lock (_gate)
        {
            _operations++;
            return _operations >= _from && _operations < _until ? _fault : null;
        }
    }

    private bool FirstOfPlan()
    {
        lock (_gate) return _operations == _from;
    }

    private static IOException Error(DiskFault fault) => fault is DiskFault.Full or DiskFault.ShortWrite
        ? new IOException("No space left on device (planned)", NoSpace)
        : new IOException("Input/output error (planned)", InputOutput);
}
