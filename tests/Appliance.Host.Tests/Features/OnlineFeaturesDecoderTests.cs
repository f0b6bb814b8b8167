using Appliance.Host.Grpc.Feast;
using Contracts.Feast;
using FeatureModel.Values;
using Google.Protobuf;

namespace Appliance.Host.Tests.Features;

public sealed class OnlineFeaturesDecoderTests
{
    private readonly OnlineFeaturesDecoder _decoder = new();

    [Fact]
    public void A_request_is_read_as_the_generated_message_wrote_it()
    {
        Assert.Null(_decoder.Decode(Request().ToByteArray()));
        Assert.Equal((false, true, true), (_decoder.IsService, _decoder.FullNames, _decoder.IncludeVersions));
        Assert.Equal(["score:score", "twice"], _decoder.ReadReferences());
        Assert.Equal(3, _decoder.Rows.Count);
        Assert.Equal([FeatureValue.Of(1L), FeatureValue.Of(2L)], _decoder.Rows.Values(_decoder.Rows.Find("user_id")));
        Assert.Equal([FeatureValue.Of(0.5), FeatureValue.Null], _decoder.Rows.Values(2));
        Assert.Equal("spend", _decoder.Rows.Name(2));
    }

    [Fact]
    public void Inputs_come_last_wherever_they_stood()
    {
        byte[] bytes = [.. new GetOnlineFeaturesRequest { RequestContext = { ["spend"] = Column(new Value { DoubleVal = 1 }) } }.ToByteArray(), .. Request(context: false).ToByteArray()];
        Assert.Null(_decoder.Decode(bytes));
        Assert.Equal(2, _decoder.Rows.Find("spend"));
    }

    [Fact]
    public void A_feature_service_is_told_from_a_list()
    {
        Assert.Null(_decoder.Decode(new GetOnlineFeaturesRequest { FeatureService = "scores" }.ToByteArray()));
        Assert.True(_decoder.IsService);
        Assert.Equal(["scores"], _decoder.ReadReferences());
    }

    [Fact]
    public void A_request_before_leaves_nothing_behind()
    {
        Assert.Null(_decoder.Decode(Request().ToByteArray()));
        Assert.Null(_decoder.Decode(ReadOnlyMemory<byte>.Empty));
        Assert.Equal((false, false, false, 0, 0), (_decoder.IsService, _decoder.FullNames, _decoder.IncludeVersions, _decoder.Rows.Count, _decoder.Selection.Length));
    }

    [Fact]
    public void Columns_that_are_given_twice_are_refused()
    {
        var entity = new GetOnlineFeaturesRequest { Entities = { ["user_id"] = Column(new Value { Int64Val = 1 }) } }.ToByteArray();
        Assert.Equal("entities 'user_id' is given twice", _decoder.Decode((byte[])[.. entity, .. entity]));
        var input = new GetOnlineFeaturesRequest { RequestContext = { ["user_id"] = Column(new Value { Int64Val = 1 }) } }.ToByteArray();
        Assert.Equal("request_context 'user_id' is given twice", _decoder.Decode((byte[])[.. input, .. entity]));
    }

    [Fact]
    public void A_value_that_cannot_be_taken_is_named_with_its_place()
    {
        var request = new GetOnlineFeaturesRequest { Entities = { ["user_id"] = Column(new Value { Int64Val = 1 }, new Value { JsonVal = "{}" }) } };
        Assert.Null(_decoder.Decode(request.ToByteArray()));
        Assert.Equal([("user_id", "entities 'user_id'[1] is a list, map or JSON; it must be a single value")], _decoder.Unreadable);
        Assert.True(_decoder.Rows.Values(0)[1].IsNull);
    }

    public static TheoryData<string> Elements() =>
    [
        "0a022000", "0a02207f", "0a03208001", "0a0b20ffffffffffffffffff01", "0a0b2080808080808080808001",
        // More bytes than the number needs; an int64 before or behind another kind, of which the last counts; a field that nobody knows; none at all.
        "0a03208000", "0a0420053807", "0a0438072005", "0a0420056001", "0a00", "0a0130",
        // Eleven bytes; without its end; ends in the middle of its number; longer than what is there.
        "0a0c20ffffffffffffffffffff01", "0a0220ff", "0a032080", "0a02", "0a", "0a0520",
    ];

    [Theory, MemberData(nameof(Elements))]
    public void An_element_is_read_as_the_generated_parser_reads_it_before_between_and_behind_others(string element)
    {
        var odd = Convert.FromHexString(element);
        byte[] usual = [0x0a, 2, 0x20, 9];
        foreach (byte[] values in (byte[][])[odd, [.. usual, .. odd], [.. odd, .. usual], [.. usual, .. odd, .. usual]])
        {
            byte[] entry = [0x0a, 1, (byte)'k', 0x12, (byte)values.Length, .. values];
            byte[] request = [0x1a, (byte)entry.Length, .. entry];
            Assert.Equal(Parses(request), _decoder.Decode(request) is null);
            if (!Parses(request)) continue;
            var expected = GetOnlineFeaturesRequest.Parser.ParseFrom(request).Entities["k"].Val.Select(ValueOf);
            Assert.Equal(expected, _decoder.Rows.Values(0).ToArray());
        }
    }

    [Fact]
    public void A_number_of_more_than_64_bits_is_malformed()
    {
        var request = Convert.FromHexString("1a12" + "0a016b" + "120d" + "0a0b20ffffffffffffffffff02");
        Assert.NotNull(_decoder.Decode(request));
        request[^1] = 1;
        Assert.Null(_decoder.Decode(request));
        Assert.Equal([FeatureValue.Of(-1L)], _decoder.Rows.Values(0).ToArray());
    }

    [Fact]
    public void A_request_that_is_cut_anywhere_is_malformed_or_a_shorter_one()
    {
        var bytes = Request().ToByteArray();
        var whole = 0;
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            var part = bytes.AsMemory(0, cut);
            // Where a field ends, the bytes before are a message of their own: the generated parser is the judge.
            var parses = Parses(part);
            Assert.Equal(parses, _decoder.Decode(part) is null);
            if (parses) whole++;
        }
        Assert.InRange(whole, 1, 10);
    }

    [Fact]
    public void Bytes_that_were_changed_anywhere_never_throw()
    {
        const int Seed = 20250131;
        var random = new Random(Seed);
        var bytes = Request().ToByteArray();
        for (var i = 0; i < 20_000; i++)
        {
            var changed = bytes.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            var error = _decoder.Decode(changed);
            if (error is null && !_decoder.Selection.IsEmpty) Assert.NotNull(_decoder.ReadReferences());
            Assert.True(error is null or { Length: > 0 }, $"seed {Seed}, round {i}");
        }
    }

    private static bool Parses(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            GetOnlineFeaturesRequest.Parser.ParseFrom(bytes.Span);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static GetOnlineFeaturesRequest Request(bool context = true)
    {
        var request = new GetOnlineFeaturesRequest
        {
            Features = new FeatureList { Val = { "score:score", "twice" } },
            Entities =
            {
                ["user_id"] = Column(new Value { Int64Val = 1 }, new Value { Int64Val = 2 }),
                ["shop_code"] = Column(new Value { StringVal = "A" }, new Value { StringVal = "" }),
            },
            FullFeatureNames = true,
            IncludeFeatureViewVersionMetadata = true,
        };
        if (context) request.RequestContext.Add("spend", Column(new Value { DoubleVal = 0.5 }, new Value()));
        return request;
    }

    private static RepeatedValue Column(params Value[] values) => new() { Val = { values } };

    private static FeatureValue ValueOf(Value value) => value.ValCase switch
    {
        Value.ValOneofCase.Int64Val => FeatureValue.Of(value.Int64Val),
        Value.ValOneofCase.DoubleVal => FeatureValue.Of(value.DoubleVal),
        Value.ValOneofCase.BoolVal => FeatureValue.Of(value.BoolVal),
        _ => FeatureValue.Null,
    };
}
