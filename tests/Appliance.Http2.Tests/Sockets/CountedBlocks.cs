using System.Buffers;

namespace Appliance.Http2.Tests.Sockets;

/// <summary>Blocks of memory that are counted. Thread-safe.</summary>
internal sealed class CountedBlocks(MemoryPool<byte> blocks) : MemoryPool<byte>
{
    private int _out, _most;

    /// <summary>Blocks that are not given back.</summary>
    public int Out => Volatile.Read(ref _out);

    /// <summary>As many as were ever out at once.</summary>
    public int Most => Volatile.Read(ref _most);

    public override int MaxBufferSize => blocks.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        var count = Interlocked.Increment(ref _out);
        for (var most = Most; count > most; most = Most) Interlocked.CompareExchange(ref _most, count, most);
        return new Counted(this, blocks.Rent(minBufferSize));
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Counted(CountedBlocks pool, IMemoryOwner<byte> block) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => block.Memory;

        public void Dispose()
        {
            block.Dispose();
            Interlocked.Decrement(ref pool._out);
        }
    }
}
