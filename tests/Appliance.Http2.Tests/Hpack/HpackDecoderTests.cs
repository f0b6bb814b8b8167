using Appliance.Http2.Hpack;

namespace Appliance.Http2.Tests.Hpack;

public sealed class HpackDecoderTests
{
    private readonly CollectingSink _sink = new();

    [Fact]
    public void An_empty_block_has_no_fields()
    {
        Assert.True(new HpackDecoder().TryDecode([], _sink));
        Assert.Empty(_sink.Fields);
    }

    [Fact]
    public void Names_that_the_server_looks_at_are_known_however_they_were_sent()
    {
        var decoder = new HpackDecoder();
        Decode(decoder, [0x83, .. Blocks.Added("grpc-timeout", "1S"), 0xBE, 0x0F, 0x2F, .. Blocks.Plain("2S")]);
        Decode(decoder, [0x00, .. Blocks.Huffman("te"), .. Blocks.Plain("trailers"), 0x0F, 0x10, .. Blocks.Huffman("application/grpc")]);
        Decode(decoder, [0x10, .. Blocks.Plain("x-own"), .. Blocks.Plain("")]);
        Assert.Equal(
            [
                (KnownHeader.Method, ":method", "POST"),
                (KnownHeader.GrpcTimeout, "grpc-timeout", "1S"),
                (KnownHeader.GrpcTimeout, "grpc-timeout", "1S"),
                (KnownHeader.GrpcTimeout, "grpc-timeout", "2S"),
                (KnownHeader.Te, "te", "trailers"),
                (KnownHeader.ContentType, "content-type", "application/grpc"),
                (KnownHeader.Other, "x-own", ""),
            ],
            _sink.Fields);
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x10)]
    public void A_literal_that_is_not_to_be_indexed_leaves_the_table_alone(byte representation)
    {
        var decoder = new HpackDecoder();
        Decode(decoder, [representation, .. Blocks.Plain("name"), .. Blocks.Plain("value")]);
        Assert.Equal(["name: value"], _sink.Lines);
        Assert.Equal(0, decoder.Table.Count);
    }

    [Fact]
    public void A_name_may_come_from_the_entry_that_its_own_addition_evicts()
    {
        var decoder = new HpackDecoder(60);
        var value = new string('2', 20);
        Decode(decoder, Blocks.Added("the-name", new string('1', 20)));
        Decode(decoder, [0x7E, .. Blocks.Plain(value)]);
        Assert.Equal($"the-name: {value}", _sink.Lines.Last());
        Assert.Equal([$"the-name: {value}"], Blocks.Entries(decoder.Table));
    }

    [Fact]
    public void A_name_reaches_the_sink_even_if_its_addition_overwrites_the_bytes_of_that_name()
    {
        // 8 KiB of ring: the second entry lies at 1500 to 5564, the third does not fit behind it and goes to 0 to 4064.
        var decoder = new HpackDecoder();
        var value = new string('3', 4064 - "the-name".Length);
        Decode(decoder, Blocks.Added("a", new string('1', 1499)));
        Decode(decoder, Blocks.Added("the-name", new string('2', value.Length)));
        Decode(decoder, [0x7E, .. Blocks.Plain(value)]);
        Assert.Equal($"the-name: {value}", _sink.Lines.Last());
        Assert.Equal([$"the-name: {value}"], Blocks.Entries(decoder.Table));
    }

    [Fact]
    public void A_field_larger_than_the_table_is_decoded_and_empties_it()
    {
        var decoder = new HpackDecoder(60);
        Decode(decoder, Blocks.Added("the-name", "1"));
        Decode(decoder, [0x7E, .. Blocks.Plain(new string('2', 40))]);
        Assert.Equal($"the-name: {new string('2', 40)}", _sink.Lines.Last());
        Assert.Equal(0, decoder.Table.Count);
    }

    [Fact]
    public void A_peer_may_empty_its_table_and_let_it_grow_again_at_once()
    {
        var decoder = new HpackDecoder();
        Decode(decoder, Blocks.Added("a", "1"));
        Decode(decoder, [0x20, .. Blocks.Integer(0x20, 5, 4096), .. Blocks.Added("b", "2")]);
        Assert.Equal(["b: 2"], Blocks.Entries(decoder.Table));
        Assert.Equal(4096, decoder.Table.MaxSize);
    }

    [Fact]
    public void A_larger_maximum_is_used_only_when_the_peer_says_so()
    {
        var decoder = new HpackDecoder(8192);
        Assert.Equal(4096, decoder.Table.MaxSize);
        Decode(decoder, Blocks.Integer(0x20, 5, 8192));
        Assert.Equal(8192, decoder.Table.MaxSize);
        Assert.False(decoder.TryDecode(Blocks.Integer(0x20, 5, 8193), _sink));
    }

    [Fact]
    public void The_largest_block_may_be_one_field_that_grows_by_three_fifths()
    {
        var name = new string('a', 32_000);
        var value = new string('0', 72_000);
        byte[] block = [0x40, .. Blocks.Huffman(name), .. Blocks.Huffman(value)];
        Assert.InRange(block.Length, 65_000, 65_536);
        Decode(new HpackDecoder(), block);
        Assert.Equal([$"{name}: {value}"], _sink.Lines);
    }

    [Fact]
    public void A_sink_that_throws_takes_nothing_from_the_next_block()
    {
        var decoder = new HpackDecoder();
        byte[] block = [0x00, .. Blocks.Huffman("a"), .. Blocks.Huffman("b")];
        Assert.Throws<InvalidOperationException>(() => decoder.TryDecode(block, new ThrowingSink()));
        var value = new string('v', 5000);
        Decode(decoder, [0x00, .. Blocks.Huffman("name"), .. Blocks.Huffman(value)]);
        Assert.Equal([$"name: {value}"], _sink.Lines);
    }

    private void Decode(HpackDecoder decoder, byte[] block) => Assert.True(decoder.TryDecode(block, _sink));

    private sealed class ThrowingSink : IHeaderSink
    {
        public void Field(KnownHeader known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => throw new InvalidOperationException();
    }
}
