using Appliance.Inference.Tensors;
using Google.Protobuf;

namespace Appliance.Inference.Tests.Tensors;

public sealed class WireReaderTests
{
    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(127UL)]
    [InlineData(128UL)]
    [InlineData(16_383UL)]
    [InlineData(16_384UL)]
    [InlineData(uint.MaxValue)]
    [InlineData(1UL << 56)]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    public void A_varint_reads_as_it_was_written(ulong value)
    {
        var bytes = new WireBytes().Varint(1, value).ToArray();
        var reader = new WireReader(bytes);
        Assert.True(reader.TryReadTag(out var field, out var wire));
        Assert.True(reader.TryReadField(wire, out _, out var read));
        Assert.Equal((1, 0, value), (field, wire, read));
        Assert.True(reader.AtEnd);
        Assert.Equal(bytes.Length, reader.Position);
    }

    [Fact]
    public void Every_wire_type_is_read()
    {
        var reader = new WireReader(new WireBytes().Fixed32(1, 5).Fixed64(2, ulong.MaxValue).Delimited(3, 7, 8).Varint(536_870_911, 9).ToArray());
        Assert.Equal((1, 5UL), Next(ref reader));
        Assert.Equal((2, ulong.MaxValue), Next(ref reader));
        Assert.True(reader.TryReadTag(out var field, out var wire));
        Assert.True(reader.TryReadField(wire, out var payload, out _));
        Assert.Equal(3, field);
        Assert.Equal([7, 8], payload.ToArray());
        Assert.Equal((536_870_911, 9UL), Next(ref reader));
        Assert.False(reader.TryReadTag(out _, out _));
        Assert.True(reader.AtEnd);
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("FFFFFFFFFFFFFFFFFF")]
    [InlineData("FFFFFFFFFFFFFFFFFF02")]
    [InlineData("FFFFFFFFFFFFFFFFFFFF01")]
    public void A_varint_that_ends_early_or_holds_more_than_64_bits_is_refused(string hex)
    {
        var reader = new WireReader(Convert.FromHexString(hex));
        Assert.False(reader.TryReadVarint(out _));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("07")]
    [InlineData("80")]
    [InlineData("8080808010")]
    [InlineData("8080808080808080808001")]
    public void A_malformed_tag_is_refused_and_is_not_the_end(string hex)
    {
        var reader = new WireReader(Convert.FromHexString(hex));
        Assert.False(reader.TryReadTag(out _, out _));
        Assert.False(reader.AtEnd);
        Assert.Equal(0, reader.Position);
    }

    [Theory]
    [InlineData(0, "80")]
    [InlineData(1, "01020304050607")]
    [InlineData(2, "")]
    [InlineData(2, "0201")]
    [InlineData(2, "FFFFFFFFFFFFFFFFFF01")]
    [InlineData(3, "0000")]
    [InlineData(4, "0000")]
    [InlineData(5, "010203")]
    [InlineData(6, "0000000000000000")]
    [InlineData(7, "0000000000000000")]
    public void A_value_that_is_cut_short_or_of_an_unknown_kind_is_refused(int wire, string hex)
    {
        var reader = new WireReader(Convert.FromHexString(hex));
        Assert.False(reader.TryReadField(wire, out var payload, out _));
        Assert.True(payload.IsEmpty);
    }

    [Fact]
    public void Random_bytes_never_throw_and_never_lead_past_the_end()
    {
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            var reader = new WireReader(bytes);
            while (reader.TryReadTag(out _, out var wire) && reader.TryReadField(wire, out _, out _))
            {
            }
            Assert.InRange(reader.Position, 0, bytes.Length);
        }
    }

    [Fact]
    public void What_it_accepts_the_generated_classes_accept_too()
    {
        var random = new Random(8);
        var accepted = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(1, 8)];
            random.NextBytes(bytes);
            if (!IsWellFormed(bytes)) continue;
            accepted++;
            var input = new CodedInputStream(bytes);
            while (input.ReadTag() != 0) input.SkipLastField();
            Assert.True(input.IsAtEnd, Convert.ToHexString(bytes));
        }
        Assert.InRange(accepted, 500, 20_000);
    }

    private static bool IsWellFormed(byte[] bytes)
    {
        var reader = new WireReader(bytes);
        while (reader.TryReadTag(out _, out var wire))
        {
            if (!reader.TryReadField(wire, out _, out _)) return false;
        }
        return reader.AtEnd;
    }

    private static (int Field, ulong Value) Next(ref WireReader reader)
    {
        Assert.True(reader.TryReadTag(out var field, out var wire));
        Assert.True(reader.TryReadField(wire, out _, out var value));
        return (field, value);
    }
}
