using System.Runtime.InteropServices;
using Appliance.Features.Store;
using Microsoft.Win32.SafeHandles;
using TestKit;

namespace Appliance.Features.Tests.Store;

/// <summary>A write queue over a disk that takes 10 ms for each write, and a list of what the two did, in order. Offsets and lengths are in pieces of 64 KiB.</summary>
internal sealed unsafe class QueueBed : IStoreDevice, IDisposable
{
    public const int Piece = 1 << 16;

    private const int MostPieces = 16;

    private readonly TemporaryFolder _folder = new();
    private readonly LocalDevice _disk = new();
    private readonly List<string> _done = []; // under its own lock
    private readonly void* _memory = NativeMemory.AllocZeroed(MostPieces * Piece);
    private readonly LogDevice _log;
    private bool _fails;

    public QueueBed()
    {
        Queue = new WriteQueue(Clock);
        _log = new LogDevice(_folder["log"], this, Queue);
        _log.Initialize(-1);
    }

    public ManualThreadClock Clock { get; } = new();

    public WriteQueue Queue { get; }

    /// <summary>What was done so far.</summary>
    public string[] Done
    {
        get { lock (_done) return [.. _done]; }
    }

    public bool Fails
    {
        set => Volatile.Write(ref _fails, value);
    }

    public void Enqueue(string name, int at, int pieces) =>
        Assert.True(Queue.TryEnqueue(new QueuedWrite(_log, (IntPtr)_memory, 0, at * Piece, (uint)(pieces * Piece), (error, _, _) => Note(error == 0 ? $"{name} is done" : $"{name} is left"), name)));

    /// <summary>Returns what was done once the last of it is that.</summary>
    public string[] Until(string last)
    {
        Assert.True(SpinWait.SpinUntil(() => Done is [.., var newest] && newest == last, TimeSpan.FromSeconds(30)), $"instead of '{last}': {string.Join(", ", Done)}");
        return Done;
    }

    public SafeFileHandle Open(string path) => _disk.Open(path);

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (Volatile.Read(ref _fails)) throw new IOException("Input/output error (planned)", 5);
        Clock.Advance(TimeSpan.FromMilliseconds(10));
        Note($"write {offset / Piece}+{bytes.Length / Piece}");
    }

    public void WriteOut(SafeFileHandle file, long offset, long bytes) => Note($"out {offset / Piece}+{bytes / Piece}");

    public int Read(SafeFileHandle file, Span<byte> bytes, long offset) => _disk.Read(file, bytes, offset);

    public bool TryReadCached(SafeFileHandle file, Span<byte> bytes, long offset) => _disk.TryReadCached(file, bytes, offset);

    public void Sync(SafeFileHandle file) => _disk.Sync(file);

    public void SyncFolder(string folder) => _disk.SyncFolder(folder);

    public void Rename(string from, string to) => _disk.Rename(from, to);

    public void Delete(string path) => _disk.Delete(path);

    public void Dispose()
    {
        Queue.Dispose();
        _log.Dispose();
        Clock.Dispose();
        NativeMemory.Free(_memory);
        _folder.Dispose();
    }

    private void Note(string what)
    {
        lock (_done) _done.Add(what);
    }
}
