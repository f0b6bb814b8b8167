using System.Runtime.InteropServices;
using System.Text;
using Appliance.Features.Store;
using FASTER.core;
using TestKit;

namespace Appliance.Features.Tests.Store;

/// <summary>A store's engine with the writer's session alone: appends and removals, and what the hints say of a key.</summary>
internal sealed unsafe class HintBed : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StoreEngine _engine;
    private readonly StoreSession _session;

    public HintBed()
    {
        var options = StoreRig.Small(_folder.Path);
        _engine = new StoreEngine(options, new StoreGeometry(options), new LocalDevice());
        _session = new StoreSession(_engine.Faster, _engine.Log, _engine.Hints, sweep: null);
    }

    /// <summary>Lines of the hints; a key's is its hash modulo this.</summary>
    public long Lines => _engine.Hints.MemoryBytes / 64;

    public static long Hash(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        fixed (byte* at = bytes) return StoreKeyComparer.Hash(at, bytes.Length);
    }

    /// <summary>Appends a record whose row is one number.</summary>
    public void Append(string key, int number)
    {
        var name = Encoding.UTF8.GetBytes(key);
        var value = new byte[RecordHeader.Bytes + sizeof(int)];
        MemoryMarshal.Write(value, new RecordHeader { RowBytes = sizeof(int) });
        BitConverter.TryWriteBytes(value.AsSpan(RecordHeader.Bytes), number);
        fixed (byte* nameAt = name, valueAt = value)
        {
            var (keySpan, valueSpan) = (SpanByte.FromPointer(nameAt, name.Length), SpanByte.FromPointer(valueAt, value.Length));
            _session.Enter();
            _session.Append(ref keySpan, ref valueSpan);
            _session.Leave();
        }
    }

    public void Remove(string key)
    {
        var name = Encoding.UTF8.GetBytes(key);
        fixed (byte* at = name)
        {
            var span = SpanByte.FromPointer(at, name.Length);
            _session.Enter();
            _session.Remove(ref span);
            _session.Leave();
        }
    }

    /// <summary>The number that the hints lead to; null where they lead nowhere.</summary>
    public int? Hinted(string key)
    {
        var name = Encoding.UTF8.GetBytes(key);
        fixed (byte* at = name)
        {
            _session.Enter();
            try
            {
                var located = default(Located);
                return _engine.Hints.TryLocate(_engine.Hints.Find(Hash(key)), _engine.Faster.Log.HeadAddress, at, name.Length, ref located) ? NumberOf(in located) : null;
            }
            finally
            {
                _session.Leave();
            }
        }
    }

    /// <summary>The number that a read finds.</summary>
    public int? Read(string key)
    {
        var name = Encoding.UTF8.GetBytes(key);
        fixed (byte* at = name)
        {
            var span = SpanByte.FromPointer(at, name.Length);
            _session.Enter();
            try
            {
                var located = default(Located);
                return _session.TryLocate(ref span, ref located) ? NumberOf(in located) : null;
            }
            finally
            {
                _session.Leave();
            }
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _engine.Dispose();
        _folder.Dispose();
    }

    private static int NumberOf(in Located located)
    {
        Assert.Equal(RecordHeader.Bytes + sizeof(int), located.Length);
        return *(int*)(located.Value + RecordHeader.Bytes);
    }
}
