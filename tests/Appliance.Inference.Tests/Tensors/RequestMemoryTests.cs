using Appliance.Inference.Tensors;

namespace Appliance.Inference.Tests.Tensors;

public sealed class RequestMemoryTests
{
    private readonly RequestMemory _memory;
    private int _collections;

    public RequestMemoryTests() => _memory = new RequestMemory(() => _collections++);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(5_000_000)]
    [InlineData(1 << 23)]
    public void A_block_holds_what_was_asked_for(int bytes)
    {
        var block = _memory.Rent(bytes);
        Assert.InRange(block.Length, bytes, int.MaxValue);
        _memory.Return(block);
    }

    [Fact]
    public void A_large_block_serves_the_next_request_of_its_size()
    {
        var first = _memory.Rent(3_000_000);
        _memory.Return(first);
        Assert.Same(first, _memory.Rent(4_000_000));
        _memory.Return(first);
    }

    [Fact]
    public void A_block_is_lent_to_one_request_at_a_time()
    {
        var first = _memory.Rent(9_000_000);
        Assert.NotSame(first, _memory.Rent(9_000_000));
        _memory.Return(first);
        Assert.Same(first, _memory.Rent(9_000_000));
        Assert.NotSame(first, _memory.Rent(9_000_000));
    }

    [Fact]
    public void However_many_large_blocks_come_back_no_more_than_256_MiB_are_kept()
    {
        byte[][] blocks = [.. Enumerable.Range(0, 12).Select(_ => _memory.Rent(32 << 20))];
        foreach (var block in blocks) _memory.Return(block);
        Assert.InRange(_memory.IdleBytes, 32 << 20, 256L << 20);
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(11, 0)]
    [InlineData(12, 1)]
    [InlineData(15, 1)]
    [InlineData(16, 2)]
    public void The_collector_is_told_of_each_128_MiB_that_are_not_kept(int count, int collections)
    {
        byte[][] blocks = [.. Enumerable.Range(0, count).Select(_ => _memory.Rent(32 << 20))];
        foreach (var block in blocks) _memory.Return(block);
        Assert.Equal(collections, _collections);
    }
}
