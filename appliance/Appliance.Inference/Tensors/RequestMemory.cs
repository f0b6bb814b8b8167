// Hot path: the memory of request and answer bodies.
using System.Buffers;
using System.Numerics;

namespace Appliance.Inference.Tensors;

/// <summary>
/// Blocks for what one request carries. Small ones come from the shared pool. That keeps large ones too, for every thread and core: sixteen
/// requests of 64 MiB, one after the other, left the process with 1.5 GB. So large ones have a pool of their own, bounded as a whole;
/// what it does not keep is left to the collector, which is told. Thread-safe.
/// </summary>
/// <param name="collect">Has the collector take what was left to it, on a thread that holds nobody up.</param>
public sealed class RequestMemory(Action collect) : ArrayPool<byte>
{
    /// <summary>Bytes of a block from the shared pool at most. 1 MiB: a thousand rows of 256 floats.</summary>
    private const int SmallBytes = 1 << 20;

    /// <summary>Bytes of idle large blocks at most. 256 MiB: one request and its answer of the largest size that is taken, as they grow.</summary>
    private const long KeptBytes = 256L << 20;

    /// <summary>
    /// Bytes left to the collector from which it is told. 128 MiB: of itself it came only after several waves of forty answers of 8 MiB, each of which left
    /// 384 MiB, and the process had grown to 1.8 GB by then.
    /// </summary>
    private const long MostLeftBytes = 128L << 20;

    // Guards _idle, _idleBytes and _leftBytes.
    private readonly Lock _gate = new();

    // Idle blocks by the power of two that they hold.
    private readonly Stack<byte[]>[] _idle = [.. Enumerable.Range(0, 31).Select(_ => new Stack<byte[]>())];
    private long _idleBytes;
    private long _leftBytes;

    /// <summary>The process's pool. Tests make their own.</summary>
    public static RequestMemory Instance { get; } = new(static () => ThreadPool.UnsafeQueueUserWorkItem(
        static _ => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false), null));

    /// <summary>Bytes of large blocks kept for the next requests.</summary>
    public long IdleBytes
    {
        get
        {
            lock (_gate) return _idleBytes;
        }
    }

    public override byte[] Rent(int minimumLength)
    {
        if (minimumLength <= SmallBytes) return Shared.Rent(minimumLength);
        var power = BitOperations.Log2((uint)(minimumLength - 1)) + 1;
        // Past the last power of two that an array can have: rare enough to make anew.
        if (power >= _idle.Length) return GC.AllocateUninitializedArray<byte>(minimumLength);
        lock (_gate)
        {
            if (_idle[power].TryPop(out var block))
            {
                _idleBytes -= block.Length;
                return block;
            }
        }
        return GC.AllocateUninitializedArray<byte>(1 << power);
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        if (array.Length <= SmallBytes)
        {
            Shared.Return(array, clearArray);
            return;
        }
        if (!BitOperations.IsPow2(array.Length)) return;
        if (clearArray) array.AsSpan().Clear();
        lock (_gate)
        {
            if (_idleBytes + array.Length <= KeptBytes)
            {
                _idle[BitOperations.Log2((uint)array.Length)].Push(array);
                _idleBytes += array.Length;
                return;
            }
            _leftBytes += array.Length;
            if (_leftBytes < MostLeftBytes) return;
            _leftBytes = 0;
        }
        collect();
    }
}
