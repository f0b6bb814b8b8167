using Appliance.Http2.Hpack;
using TestKit;

namespace Appliance.Http2.Tests.Hpack;

public sealed class HpackAllocationTests
{
    private const int Rounds = 10_000;

    private readonly HpackDecoder _decoder = new();
    private readonly CountingSink _sink = new();

    public HpackAllocationTests() => Assert.True(_decoder.TryDecode(GrpcBlocks.First, _sink));

    [Fact]
    public void A_request_from_the_tables_allocates_nothing() => AssertAllocatesNothing(GrpcBlocks.Repeated, GrpcBlocks.RepeatedFields);

    [Fact]
    public void A_timeout_that_is_never_indexed_allocates_nothing() =>
        AssertAllocatesNothing(
            [.. GrpcBlocks.Repeated, 0x10, .. Blocks.Plain("grpc-timeout"), .. Blocks.Plain("4987654u")],
            GrpcBlocks.RepeatedFields + 1);

    [Fact]
    public void A_timeout_in_Huffman_coding_allocates_nothing() =>
        AssertAllocatesNothing(
            [.. GrpcBlocks.Repeated, 0x10, .. Blocks.Huffman("grpc-timeout"), .. Blocks.Huffman("4987654u")],
            GrpcBlocks.RepeatedFields + 1);

    [Fact]
    public void A_field_that_is_added_each_time_allocates_nothing() =>
        AssertAllocatesNothing([0x83, .. Blocks.Added("grpc-timeout", "4987654u")], 2);

    private void AssertAllocatesNothing(byte[] block, int fields)
    {
        var fieldsBefore = _sink.Fields;
        Decode();
        Assert.Equal(Rounds * fields, _sink.Fields - fieldsBefore);
        Assert.Equal(0, Allocations.Least(Decode));

        void Decode()
        {
            for (var i = 0; i < Rounds; i++)
            {
                if (!_decoder.TryDecode(block, _sink)) throw new InvalidOperationException("The block is refused.");
            }
        }
    }
}
