using Appliance.Http2.Hpack;
using Appliance.Http2.Tests.Conformance.Wire;
using Appliance.Http2.Tests.Hpack;
using TestKit.Fuzzing;

namespace Appliance.Http2.Tests.Fuzzing;

/// <summary>Two header blocks one behind the other, against the tests' own reader of RFC 7541. The first byte says where the second begins.</summary>
internal sealed class HpackSubject : FuzzSubject
{
    private readonly CountingSink _counting = new();

    public override IMutator Mutator { get; } = new ByteMutator();

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Pair(Request.Block(Request.Fields()), Request.Block([.. Request.Fields(), ("x-own", "value")])),
        // RFC 7541, C.4: Huffman strings that enter the table, and are named by their index afterwards.
        Pair(Convert.FromHexString("828684418cf1e3c2e5f23a6ba0ab90f4ff"), Convert.FromHexString("828684be5886a8eb10649cbf")),
        Pair(Convert.FromHexString("3fe11f400a637573746f6d2d6b65790d637573746f6d2d686561646572"), Convert.FromHexString("2082")),
    ];

    public override long AllowedBytes(int length) => (96 << 10) + (64L * length);

    public override bool Decode(byte[] input)
    {
        if (input.Length == 0) return false;
        var decoder = new HpackDecoder();
        var (first, second) = Parts(input);
        return decoder.TryDecode(first, _counting) && decoder.TryDecode(second, _counting);
    }

    public override void Check(byte[] input, bool taken)
    {
        if (!taken) return;
        var decoder = new HpackDecoder();
        var reader = new HpackReader(HpackReader.DefaultTable);
        var (first, second) = Parts(input);
        foreach (var block in new[] { first, second })
        {
            var sink = new CollectingSink();
            Assert.True(decoder.TryDecode(block, sink));
            Assert.Equal(reader.Read(block), sink.Fields.Select(f => (f.Name, f.Value)));
        }
    }

    private static (byte[] First, byte[] Second) Parts(byte[] input)
    {
        var at = 1 + Math.Min(input[0], input.Length - 1);
        return (input[1..at], input[at..]);
    }

    private static byte[] Pair(byte[] first, byte[] second) => [(byte)first.Length, .. first, .. second];
}
