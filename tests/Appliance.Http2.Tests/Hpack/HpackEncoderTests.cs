using System.Text;
using Appliance.Http2.Hpack;

namespace Appliance.Http2.Tests.Hpack;

public sealed class HpackEncoderTests
{
    [Fact]
    public void A_literal_is_written_without_indexing_and_without_Huffman_coding()
    {
        var bytes = new byte[32];
        var written = HpackEncoder.WriteLiteral(bytes, "grpc-status"u8, "0"u8);
        Assert.Equal("\0\vgrpc-status\u0001" + "0", Encoding.ASCII.GetString(bytes, 0, written));
    }

    [Fact]
    public void Each_name_and_value_is_decoded_as_it_was_written()
    {
        const int seed = 7541;
        var random = new Random(seed);
        int[] lengths = [0, 1, 2, 125, 126, 127, 128, 129, 254, 255, 256, 16510, 16511, 32000];
        foreach (var nameLength in lengths)
        {
            foreach (var valueLength in lengths) AssertSurvives(Random(nameLength), Random(valueLength));
        }

        for (var index = 1; index <= HpackStaticTable.Count; index++)
            AssertSurvives(HpackStaticTable.Get(index).Name.ToArray(), HpackStaticTable.Get(index).Value.ToArray());

        byte[] Random(int length)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }
    }

    [Theory]
    [InlineData(200, "88")]
    [InlineData(204, "89")]
    [InlineData(206, "8a")]
    [InlineData(304, "8b")]
    [InlineData(400, "8c")]
    [InlineData(404, "8d")]
    [InlineData(500, "8e")]
    [InlineData(415, "0803343135")]
    [InlineData(100, "0803313030")]
    [InlineData(599, "0803353939")]
    public void A_status_is_written_by_the_static_table(int status, string hex)
    {
        var bytes = new byte[5];
        Assert.Equal(Blocks.Hex(hex), bytes[..HpackEncoder.WriteStatus(bytes, status)]);
    }

    [Fact]
    public void Each_status_is_decoded_as_it_was_written()
    {
        for (var status = 100; status <= 999; status++)
        {
            var bytes = new byte[5];
            var sink = Decode(bytes[..HpackEncoder.WriteStatus(bytes, status)]);
            Assert.Equal([(KnownHeader.Status, ":status", status.ToString())], sink.Fields);
        }
    }

    [Fact]
    public void A_literal_needs_exactly_its_size()
    {
        var bytes = new byte[HpackEncoder.LiteralSize(200, 20000)];
        Assert.Equal(bytes.Length, HpackEncoder.WriteLiteral(bytes, new byte[200], new byte[20000]));
        Assert.ThrowsAny<ArgumentException>(() => HpackEncoder.WriteLiteral(bytes.AsSpan(1), new byte[200], new byte[20000]));
    }

    private static void AssertSurvives(byte[] name, byte[] value)
    {
        var bytes = new byte[HpackEncoder.LiteralSize(name.Length, value.Length)];
        Assert.Equal(bytes.Length, HpackEncoder.WriteLiteral(bytes, name, value));
        var field = Assert.Single(Decode(bytes).Fields);
        Assert.Equal((Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value)), (field.Name, field.Value));
    }

    private static CollectingSink Decode(byte[] block)
    {
        var decoder = new HpackDecoder();
        var sink = new CollectingSink();
        Assert.True(decoder.TryDecode(block, sink));
        Assert.Equal(0, decoder.Table.Count);
        return sink;
    }
}
