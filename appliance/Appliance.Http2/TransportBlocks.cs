// Hot path: what a connection's bytes are read into.
using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Appliance.Http2;

/// <summary>
/// The transport's memory in blocks that take in what a busy connection sends at once: the requests of one read run as one batch, and
/// Kestrel's own blocks of 4 KiB cut it into twelve rows. Thread-safe.
/// </summary>
public sealed class TransportBlocks : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    /// <summary>Bytes of a block. 32 KiB: a hundred requests of 64 floats.</summary>
    private const int BlockBytes = 32 * 1024;

    // Idle blocks kept at most. A connection has one only while its bytes are on the way: 128 are 4 MiB.
    private const int KeptBlocks = 128;

    // Guards _idle and _idleCount.
    private readonly Lock _gate = new();
    private readonly Block[] _idle = new Block[KeptBlocks];
    private int _idleCount;

    public override int MaxBufferSize => BlockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        lock (_gate)
        {
            if (_idleCount > 0) return _idle[--_idleCount];
        }
        return new Block(this);
    }

    MemoryPool<byte> IMemoryPoolFactory<byte>.Create(MemoryPoolOptions? options) => this;

    // The factory's one pool outlives the transports that it is given to.
    protected override void Dispose(bool disposing)
    {
    }

    private void Return(Block block)
    {
        lock (_gate)
        {
            if (_idleCount < KeptBlocks) _idle[_idleCount++] = block;
        }
    }

    // Pinned: the system writes into it while the collector runs.
    private sealed class Block(TransportBlocks pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public void Dispose() => pool.Return(this);
    }
}
