using System.Text;
using Appliance.Host.Rest.V2;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Rest.V2;

public sealed class JsonInferDecoderTests
{
    public static TheoryData<string, string, ScriptedTensor> Elements => new()
    {
        { "BOOL", "[true,false,1,0]", ScriptedTensor.Of("x", Datatype.Bool, [4], (byte)1, (byte)0, (byte)1, (byte)0) },
        { "UINT8", "[0,255]", ScriptedTensor.Of("x", Datatype.UInt8, [2], (byte)0, (byte)255) },
        { "UINT16", "[0,65535]", ScriptedTensor.Of("x", Datatype.UInt16, [2], (ushort)0, (ushort)65535) },
        { "UINT32", "[0,4294967295]", ScriptedTensor.Of("x", Datatype.UInt32, [2], 0u, uint.MaxValue) },
        { "UINT64", "[9007199254740993,18446744073709551615]", ScriptedTensor.Of("x", Datatype.UInt64, [2], 9007199254740993ul, ulong.MaxValue) },
        { "INT8", "[-128,127]", ScriptedTensor.Of("x", Datatype.Int8, [2], sbyte.MinValue, sbyte.MaxValue) },
        { "INT16", "[-32768,32767]", ScriptedTensor.Of("x", Datatype.Int16, [2], short.MinValue, short.MaxValue) },
        { "INT32", "[-2147483648,2147483647]", ScriptedTensor.Of("x", Datatype.Int32, [2], int.MinValue, int.MaxValue) },
        { "INT64", "[-9223372036854775808,9007199254740993]", ScriptedTensor.Of("x", Datatype.Int64, [2], long.MinValue, 9007199254740993L) },
        { "FP16", "[0.1,-65504,\"Infinity\"]", ScriptedTensor.Of("x", Datatype.FP16, [3], (Half)0.1f, Half.MinValue, Half.PositiveInfinity) },
        { "BF16", "[1,-0.1]", ScriptedTensor.Of("x", Datatype.BF16, [2], (ushort)0x3F80, (ushort)0xBDCD) },
        { "FP32", "[0.1,16777217,1e-45,\"-Infinity\"]", ScriptedTensor.Of("x", Datatype.FP32, [4], 0.1f, 16777216f, 1e-45f, float.NegativeInfinity) },
        { "FP64", "[0.1,1e308,-0.0]", ScriptedTensor.Of("x", Datatype.FP64, [3], 0.1, 1e308, -0.0) },
        { "BYTES", """["","abc","春 \u6625\n\ud83d\ude00","\u0000"]""", ScriptedTensor.OfStrings("x", [4], "", "abc", "春 春\n😀", "\0") },
    };

    [Theory]
    [MemberData(nameof(Elements), DisableDiscoveryEnumeration = true)]
    public void Every_datatype_becomes_raw_little_endian_bytes(string datatype, string data, ScriptedTensor expected)
    {
        var entry = Decode($$"""{"inputs":[{"name":"x","shape":[{{expected.Shape[0]}}],"datatype":"{{datatype}}","data":{{data}}}]}""");

        Assert.Equal(expected.Datatype, entry.Inputs[0].Datatype);
        Assert.Equal(expected.Bytes, entry.Inputs[0].Content.ToArray());
        Assert.False(entry.Inputs[0].Typed);
    }

    [Fact]
    public void NaN_is_a_string_in_every_float()
    {
        foreach (var datatype in new[] { "FP16", "BF16", "FP32", "FP64" })
        {
            var entry = Decode($$"""{"inputs":[{"name":"x","shape":[1],"datatype":"{{datatype}}","data":["NaN"]}]}""");
            var raw = entry.Inputs[0].Content.Span;
            var value = datatype switch
            {
                "FP16" => (double)BitConverter.ToHalf(raw),
                "BF16" => BFloat16.ToSingle(BitConverter.ToUInt16(raw)),
                "FP32" => BitConverter.ToSingle(raw),
                _ => BitConverter.ToDouble(raw),
            };
            Assert.True(double.IsNaN(value), datatype);
        }
    }

    [Theory]
    [InlineData("[2,3]", "[1,2,3,4,5,6]")]
    [InlineData("[2,3]", "[[1,2,3],[4,5,6]]")]
    [InlineData("[1,2,3]", "[[[1,2,3],[4,5,6]]]")]
    [InlineData("[6]", " [ 1 , 2,3,4,5,\n6 ] ")]
    public void Data_is_flat_or_nested_as_the_shape(string shape, string data)
    {
        var entry = Decode($$"""{"inputs":[{"data":{{data}},"datatype":"INT32","shape":{{shape}},"name":"x"}]}""");

        Assert.Equal(ScriptedTensor.Of("x", Datatype.Int32, [6], 1, 2, 3, 4, 5, 6).Bytes, entry.Inputs[0].Content.ToArray());
    }

    [Theory]
    [InlineData("[]", "[7]", 1)]
    [InlineData("[]", "7", 1)]
    [InlineData("[0]", "[]", 0)]
    [InlineData("[2,0]", "[]", 0)]
    [InlineData("[2,0]", "[[],[]]", 0)]
    [InlineData("[0,9223372036854775807]", "[]", 0)]
    public void Scalars_and_tensors_without_elements_are_taken(string shape, string data, int elements)
    {
        var entry = Decode($$"""{"inputs":[{"name":"x","shape":{{shape}},"datatype":"INT32","data":{{data}}}]}""");

        Assert.Equal(elements * 4, entry.Inputs[0].Content.Length);
    }

    [Theory]
    [InlineData("[2,2]", "[[1,2],[3]]", "input 'x': 'data' has 1 values in an array of level 2 that ends before element 3; shape [2,2] has 2 there")]
    [InlineData("[2,2]", "[[1,2,3],[4]]", "has 3 values in an array of level 2 that ends before element 3")]
    [InlineData("[2,2]", "[[1,2]]", "has 1 values in an array of level 1")]
    [InlineData("[2,2]", "[1,2,3]", "'data' holds 3 elements, shape [2,2] has 4")]
    [InlineData("[2,2]", "[1,2,3,4,5]", "'data' holds more elements than shape [2,2] has, which is 4")]
    [InlineData("[2,2]", "[1,[2,3],4]", "'data' is deeper nested after element 1 than before it")]
    [InlineData("[2,2]", "[[1,2],3,4]", "'data' is less nested at element 2 than before it")]
    [InlineData("[2,2]", "[[[1],[2]],[[3],[4]]]", "'data' is nested deeper than shape [2,2]")]
    [InlineData("[2,2,1]", "[[1,2],[3,4]]", "'data' is nested 2 deep; it must be flat or nested as shape [2,2,1]")]
    [InlineData("[1]", "7", "'data' is nested 0 deep")]
    [InlineData("[1]", "[]", "'data' holds 0 elements, shape [1] has 1")]
    [InlineData("[1000000000,1000000000,1000000000]", "[1]", "'data' is too short for shape [1000000000,1000000000,1000000000]")]
    [InlineData("[1000]", "[1]", "'data' is too short for shape [1000]")]
    public void Data_that_does_not_fit_the_shape_is_refused(string shape, string data, string expected) =>
        Assert.Contains(expected, Refusal($$"""{"inputs":[{"name":"x","shape":{{shape}},"datatype":"INT32","data":{{data}}}]}"""));

    [Theory]
    [InlineData("UINT8", "[1,300]", "input 'x': element 1 is 300, which is out of range for UINT8")]
    [InlineData("UINT8", "[1,-1]", "element 1 is -1, which is out of range for UINT8")]
    [InlineData("INT8", "[128,0]", "element 0 is 128, which is out of range for INT8")]
    [InlineData("UINT64", "[0,18446744073709551616]", "element 1 is 18446744073709551616, which is out of range for UINT64")]
    [InlineData("INT64", "[0,9223372036854775808]", "out of range for INT64")]
    [InlineData("INT32", "[0,1.5]", "element 1 is 1.5; INT32 takes whole numbers")]
    [InlineData("INT32", "[0,\"1\"]", "element 1 is \"1\"; INT32 takes whole numbers")]
    [InlineData("FP32", "[0,1e39]", "element 1 is 1e39, which is out of range for FP32")]
    [InlineData("FP64", "[0,1e999]", "out of range for FP64")]
    [InlineData("FP16", "[0,65520]", "out of range for FP16")]
    [InlineData("BF16", "[0,3.4e38]", "out of range for BF16")]
    [InlineData("FP32", "[0,\"nan\"]", "element 1 is \"nan\"; FP32 takes numbers, \"NaN\", \"Infinity\" or \"-Infinity\"")]
    [InlineData("FP32", "[0,null]", "element 1 is null; FP32 takes numbers")]
    [InlineData("FP32", "[0,true]", "element 1 is True; FP32 takes numbers")]
    [InlineData("BOOL", "[true,2]", "element 1 is 2; BOOL takes true, false, 1 or 0")]
    [InlineData("BYTES", "[\"a\",1]", "element 1 is 1; BYTES takes strings")]
    [InlineData("BYTES", "[\"a\",{}]", "element 1 is an object; BYTES takes strings")]
    [InlineData("BYTES", "[\"a\",\"\\ud800\"]", "element 1 holds half a surrogate pair")]
    public void An_element_that_the_datatype_cannot_hold_is_named_with_its_value(string datatype, string data, string expected)
    {
        expected = expected.Replace("True", "true");
        Assert.Contains(expected, Refusal($$"""{"inputs":[{"name":"x","shape":[2],"datatype":"{{datatype}}","data":{{data}}}]}"""));
    }

    [Fact]
    public void A_long_value_is_shown_in_part() =>
        Assert.Contains($"element 0 is {new string('9', 40)}..., which is out of range", Refusal(
            $$"""{"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":[{{new string('9', 1000)}}]}]}"""));

    [Fact]
    public void Names_ids_and_outputs_are_read_with_their_escapes_and_in_any_order()
    {
        var entry = Decode("""
            {"outputs":[{"parameters":{"binary_data":true},"name":"o\u0031"},{"name":"o2","parameters":{"binary_data":false}},{"name":"o3"}],
             "parameters":{"binary_data_output":true,"timeout":2500,"priority":3,"sequence_id":0,"sequence_start":false,"content_type":"pd","any":{"deep":[1]}},
             "unknown":{"a":[1,2,{"b":null}]},
             "inputs":[{"parameters":{"content_type":"np"},"n\u0061me":"\u6625","shape":[1],"datatype":"BOOL","data":[true]}],
             "id":"req \"1\" \ud83d\ude00"}
            """, out var binaryByDefault);

        Assert.True(binaryByDefault);
        Assert.Equal("req \"1\" 😀", Encoding.UTF8.GetString(entry.Id.Span));
        Assert.Equal("春", Encoding.UTF8.GetString(entry.Inputs[0].Name.Span));
        Assert.Equal(["o1", "o2", "o3"], entry.Requested.ToArray().Select(o => Encoding.UTF8.GetString(o.Name.Span)));
        Assert.Equal([true, false, null], entry.Requested.ToArray().Select(o => o.Binary));
        Assert.Equal(2500, entry.TimeoutMicroseconds);
    }

    [Theory]
    [InlineData("", "the request body is empty")]
    [InlineData("[]", "the request is not a JSON object")]
    [InlineData("{}", "'inputs' is missing")]
    [InlineData("""{"inputs":{}}""", "'inputs' is not an array")]
    [InlineData("""{"inputs":[1]}""", "element 0 of 'inputs' is not an object")]
    [InlineData("""{"inputs":[],"inputs":[]}""", "'inputs' is given twice")]
    [InlineData("""{"inputs":[],"id":7}""", "'id' is 7; it must be a string")]
    [InlineData("""{"inputs":[],"id":"\ud800"}""", "'id' holds half a surrogate pair")]
    [InlineData("""{"inputs":[{"shape":[1],"datatype":"BOOL","data":[true]}]}""", "element 0 of 'inputs' has no name")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"BOOL","data":[true]}]}""", "input 'x': 'shape' is missing")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"data":[true]}]}""", "input 'x': 'datatype' is missing")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"BOOL"}]}""", "input 'x': 'data' is missing")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FLOAT","data":[1]}]}""", "datatype 'FLOAT' of an input is not one of the protocol's 14")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,-1],"datatype":"BOOL","data":[true]}]}""", "input 'x': dimension 1 of 'shape' is -1; it must be a whole number from 0 up")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1.5],"datatype":"BOOL","data":[true]}]}""", "dimension 0 of 'shape' is 1.5; it must be a whole number")]
    [InlineData("""{"inputs":[{"name":"x","shape":1,"datatype":"BOOL","data":[true]}]}""", "input 'x': 'shape' is not an array")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"shape":[1],"datatype":"BOOL","data":[true]}]}""", "input 'x': 'shape' is given twice")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"BOOL","data":[true],"data":[true]}]}""", "input 'x': 'data' is given twice")]
    [InlineData("""{"inputs":[],"outputs":{}}""", "'outputs' is not an array")]
    [InlineData("""{"inputs":[],"outputs":["a"]}""", "element 0 of 'outputs' is not an object")]
    [InlineData("""{"inputs":[],"outputs":[{}]}""", "element 0 of 'outputs' has no name")]
    [InlineData("""{"inputs":[],"parameters":1}""", "'parameters' is not an object")]
    [InlineData("""{"inputs":[],"parameters":{"timeout":-1}}""", "parameter 'timeout' is -1; it must be a whole number of microseconds")]
    [InlineData("""{"inputs":[],"parameters":{"timeout":"1"}}""", "parameter 'timeout' is \"1\"; it must be a whole number of microseconds")]
    [InlineData("""{"inputs":[],"parameters":{"priority":1.5}}""", "parameter 'priority' is 1.5; it must be a whole number from 0 up")]
    [InlineData("""{"inputs":[],"parameters":{"binary_data_output":1}}""", "parameter 'binary_data_output' is 1; it must be true or false")]
    [InlineData("""{"inputs":[],"parameters":{"triton_secret":1}}""", "parameter 'triton_secret' is reserved")]
    [InlineData("""{"inputs":[],"parameters":{"\u0074riton_secret":1}}""", "parameter 'triton_secret' is reserved")]
    [InlineData("""{"inputs":[],"parameters":{"timeout":{"deep":[1]}}}""", "parameter 'timeout' is an object or an array; it must be a whole number")]
    [InlineData("""{"inputs":[],"parameters":{"headers":1}}""", "parameter 'headers' is reserved")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"BOOL","parameters":{"binary_data_size":-1}}]}""", "parameter 'binary_data_size' of an input is -1; it must be a whole number of bytes")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"BOOL","parameters":{"binary_data_size":1}}]}""", "input 'x': 'binary_data_size' is 1, but only 0 bytes")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"BOOL","parameters":{"binary_data_size":0},"data":[true]}]}""", "input 'x': 'data' and 'binary_data_size' exclude each other")]
    [InlineData("""{"inputs":[],"outputs":[{"name":"o","parameters":{"classification":0}}]}""", "parameter 'classification' is 0; it must be a whole number from 1 up")]
    [InlineData("""{"inputs":[],"outputs":[{"name":"o","parameters":{"classification":"two"}}]}""", "parameter 'classification' is \"two\"; it must be a whole number from 1 up")]
    [InlineData("""{"inputs":[],"outputs":[{"name":"o","parameters":{"binary_data":"yes"}}]}""", "parameter 'binary_data' is \"yes\"; it must be true or false")]
    public void Each_fault_of_the_request_has_its_own_sentence(string body, string expected) => Assert.Contains(expected, Refusal(body));

    [Theory]
    [InlineData("""{"inputs":[],"parameters":{"sequence_id":42}}""", "parameter 'sequence_id' asks for sequence batching, which is not supported")]
    [InlineData("""{"inputs":[],"parameters":{"sequence_id":"a"}}""", "parameter 'sequence_id' asks for sequence batching")]
    [InlineData("""{"inputs":[],"parameters":{"sequence_start":true}}""", "parameter 'sequence_start' asks for sequence batching")]
    [InlineData("""{"inputs":[],"parameters":{"sequence_\u0065nd":true}}""", "parameter 'sequence_end' asks for sequence batching")]
    [InlineData("""{"inputs":[],"outputs":[{"name":"o","parameters":{"shared_memory_region":"r"}}]}""", "shared memory")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"BOOL","parameters":{"shared_memory_region":"r"}}]}""", "shared memory")]
    public void What_the_protocol_allows_and_this_appliance_does_not_do_is_unsupported(string body, string expected)
    {
        var entry = new BatchEntry();

        Assert.Equal(ScoreStatus.Unsupported, JsonInferDecoder.Decode(entry, Encoding.UTF8.GetBytes(body), body.Length, out _));
        Assert.Contains(expected, entry.Error);
    }

    [Theory]
    [InlineData("""{"inputs":[""", "LineNumber: 0 | BytePositionInLine: 11")]
    [InlineData("{\"inputs\":[],\n\"id\":tru}", "LineNumber: 1 | BytePositionInLine: 8")]
    [InlineData("""{"inputs":[]} x""", "LineNumber: 0 | BytePositionInLine: 14")]
    [InlineData("""{"inputs":[],}""", "BytePositionInLine: 13")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[NaN]}]}""", "BytePositionInLine: 61")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[01]}]}""", "BytePositionInLine: 62")]
    [InlineData("""{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","data":[1.5,2.5]}],"id":tru}""", "LineNumber: 0 | BytePositionInLine: 80")]
    [InlineData("{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[1.5,\n2.5]}],\"id\":tru}", "LineNumber: 1 | BytePositionInLine: 15")]
    [InlineData("""{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","data":[1 2]}]}""", "LineNumber: 0 | BytePositionInLine: 63")]
    [InlineData("""{"inputs":[{"name":"x","shape":[2],"datatype":"INT32","data":[1 2]}]}""", "LineNumber: 0 | BytePositionInLine: 64")]
    [InlineData("""{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","data":[1,2""", "LineNumber: 0 | BytePositionInLine: 64")]
    public void Malformed_JSON_is_refused_with_its_position(string body, string position)
    {
        var message = Refusal(body);

        Assert.StartsWith("failed to parse the request JSON: ", message);
        Assert.Contains(position, message);
    }

    [Fact]
    public void Members_behind_flat_data_are_read_with_their_escapes()
    {
        var entry = Decode("""
            {"inputs":[{"datatype":"FP32","shape":[2], "data" : [1.5, 2.5] , "name":"\u6625","parameters":{"any":[1]}},
                       {"name":"z","data":[7,8,9],"datatype":"INT64","shape":[3,1]}],
             "outputs":[{"name":"o\u0031","parameters":{"classification":2}}],"parameters":{"priority":2,"caller_key":"me"},"id":"a"}
            """);

        Assert.Equal(["春", "z"], entry.Inputs.ToArray().Select(i => Encoding.UTF8.GetString(i.Name.Span)));
        Assert.Equal(ScriptedTensor.Of("x", Datatype.FP32, [2], 1.5f, 2.5f).Bytes, entry.Inputs[0].Content.ToArray());
        Assert.Equal(ScriptedTensor.Of("z", Datatype.Int64, [3], 7L, 8L, 9L).Bytes, entry.Inputs[1].Content.ToArray());
        Assert.Equal([3, 1], entry.ShapeOf(entry.Inputs[1]).ToArray());
        Assert.Equal("o1", Encoding.UTF8.GetString(Assert.Single(entry.Requested.ToArray()).Name.Span));
        Assert.Equal(("a", 2UL, true, true), (Encoding.UTF8.GetString(entry.Id.Span), entry.Priority, entry.WantsClasses, entry.HasCaller));
        Assert.Null(entry.Error);
    }

    [Fact]
    public void Plain_names_and_ids_behind_flat_data_are_views_of_the_body()
    {
        var body = Encoding.UTF8.GetBytes("""{"inputs":[{"data":[1,2],"shape":[2],"datatype":"FP32","name":"first"},{"data":[3],"shape":[1],"datatype":"FP32","name":"second"}],"outputs":[{"name":"out"}],"id":"seven"}""");
        var entry = new BatchEntry();

        Assert.Equal(ScoreStatus.Ok, JsonInferDecoder.Decode(entry, body, body.Length, out _));

        Assert.Equal(["first", "second"], entry.Inputs.ToArray().Select(i => Encoding.UTF8.GetString(i.Name.Span)));
        Assert.Equal(("out", "seven"), (Encoding.UTF8.GetString(entry.Requested[0].Name.Span), Encoding.UTF8.GetString(entry.Id.Span)));
    }

    [Fact]
    public void Every_truncation_of_a_request_is_refused_and_none_throws()
    {
        var body = """{"id":"a","inputs":[{"name":"x","shape":[2,1],"datatype":"BYTES","data":[["\u6625"],["b"]]}],"outputs":[{"name":"y"}],"parameters":{"timeout":1}}"""u8.ToArray();
        for (var length = 0; length < body.Length; length++)
        {
            Assert.Equal(ScoreStatus.InvalidArgument, JsonInferDecoder.Decode(new BatchEntry(), body[..length], length, out _));
        }
        Assert.Equal(ScoreStatus.Ok, JsonInferDecoder.Decode(new BatchEntry(), body, body.Length, out _));
    }

    [Fact]
    public void Deep_nesting_is_refused_without_descending_into_it()
    {
        var deep = new string('[', 1_000_000) + new string(']', 1_000_000);

        Assert.Contains("depth", Refusal($$"""{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":{{deep}}}]}"""));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        byte[] body = [.. """{"inputs":[],"id":"""u8, (byte)'"', 0xC3, 0x28, (byte)'"', (byte)'}'];
        var entry = new BatchEntry();

        Assert.Equal(ScoreStatus.InvalidArgument, JsonInferDecoder.Decode(entry, body, body.Length, out _));
        Assert.Contains("not valid UTF-8", entry.Error);
    }

    [Fact]
    public void Random_damage_to_a_request_never_throws()
    {
        var original = """{"id":"a","inputs":[{"name":"x","shape":[2,1],"datatype":"FP32","data":[[1.5],[2]]},{"name":"s","shape":[1],"datatype":"BYTES","data":["\u6625x"]}]}"""u8.ToArray();
        var random = new Random(20261123);
        for (var round = 0; round < 20_000; round++)
        {
            var body = original.ToArray();
            for (var hits = random.Next(1, 4); hits > 0; hits--) body[random.Next(body.Length)] = (byte)random.Next(0x20, 0x7F);
            JsonInferDecoder.Decode(new BatchEntry(), body, body.Length, out _);
        }
    }

    [Fact]
    public void A_queue_timeout_of_any_length_fits_a_clock()
    {
        var entry = Decode("""{"inputs":[],"parameters":{"timeout":18446744073709551615}}""");

        // Clocks count nanoseconds, from some time in the past.
        Assert.InRange(entry.TimeoutMicroseconds, 1, long.MaxValue / 1_000 / 2);
    }

    private static BatchEntry Decode(string body) => Decode(body, out _);

    private static BatchEntry Decode(string body, out bool binaryByDefault)
    {
        var entry = new BatchEntry();
        var bytes = Encoding.UTF8.GetBytes(body);
        var status = JsonInferDecoder.Decode(entry, bytes, bytes.Length, out binaryByDefault);
        Assert.True(status == ScoreStatus.Ok, entry.Error);
        return entry;
    }

    private static string Refusal(string body)
    {
        var entry = new BatchEntry();
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Equal(ScoreStatus.InvalidArgument, JsonInferDecoder.Decode(entry, bytes, bytes.Length, out _));
        return entry.Error!;
    }
}
