using System.Text;
using System.Text.Json;
using Appliance.Host.Rest.V2;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using TestKit.Fuzzing;

namespace Appliance.Host.Tests.Fuzzing;

/// <summary>
/// The JSON of an inference request, and the binary tensors behind it, against what System.Text.Json makes of it as a document. An input's first two bytes say
/// how many of the others are JSON, 0 for all of them.
/// </summary>
internal sealed class JsonInferSubject(bool binary) : FuzzSubject
{
    private readonly BatchEntry _entry = new();

    public override IMutator Mutator { get; } = new Mutated(new TokenMutator(
        "inputs", "\"inputs\"", "\"outputs\"", "\"parameters\"", "\"id\"", "\"name\"", "\"shape\"", "\"datatype\"", "\"data\"", "\"binary_data_size\"", "\"binary_data\"",
        "\"binary_data_output\"", "\"priority\"", "\"timeout\"", "\"FP32\"", "\"INT64\"", "\"BYTES\"", "\"BOOL\"", "\"UINT8\"", "\"FP16\"", "\"n\\u0061me\"", "\"classification\""));

    public override IReadOnlyList<byte[]> Seeds { get; } = binary
        ?
        [
            With("""{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}],"outputs":[{"name":"y","parameters":{"binary_data":true}}]}""", 8),
            With("""{"id":"a","inputs":[{"name":"x","shape":[2],"datatype":"INT64","data":[1,2]},{"name":"z","shape":[3],"datatype":"UINT8","parameters":{"binary_data_size":3}}],"parameters":{"binary_data_output":true}}""", 3),
        ]
        :
        [
            With("""{"id":"a-\u0031","inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,2.5],[-3e2,"NaN"]]}],"outputs":[{"name":"y"}]}""", 0),
            With("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[0.50266284, -12345678.9,1]},{"name":"y","datatype":"FP32","data":[16777217],"shape":[1]}],"id":"b"}""", 0),
            With("""{"inputs":[{"data":[true,false,1,0],"datatype":"BOOL","shape":[4],"name":"f"},{"name":"l","shape":[1,2],"datatype":"INT64","data":[9007199254740993,-1]}],"parameters":{"priority":1,"timeout":5000,"own":{"a":[1]}}}""", 0),
            With("""{"inputs":[{"name":"t","shape":[3],"datatype":"BYTES","data":["","abc","春\n\ud83d\ude00"]},{"name":"h","shape":[2],"datatype":"FP16","data":[0.1,65504]},{"name":"s","shape":[],"datatype":"INT8","data":-128}]}""", 0),
        ];

    public override bool Decode(byte[] input)
    {
        _entry.Reset();
        if (input.Length < 2) return false;
        // The decoder unescapes names in place: what is compared afterwards must be what came.
        var status = JsonInferDecoder.Decode(_entry, input.AsSpan(2).ToArray(), JsonLength(input), out _);
        if (status == ScoreStatus.Ok) return true;
        Assert.True(status is ScoreStatus.InvalidArgument or ScoreStatus.Unsupported, $"{status}");
        Assert.False(string.IsNullOrEmpty(_entry.Error));
        return false;
    }

    public override void Check(byte[] input, bool taken)
    {
        if (!taken) return;
        var json = input.AsMemory(2, JsonLength(input));
        using var document = JsonDocument.Parse(json);
        try
        {
            Check(document.RootElement, input, json.Length);
        }
        catch (InvalidOperationException e) when (e.Message.Contains("UTF-16", StringComparison.Ordinal))
        {
            // A member of nobody's whose name is no text: the document cannot be asked for any other.
        }
    }

    private void Check(JsonElement root, byte[] input, int jsonLength)
    {
        Assert.Equal(root.TryGetProperty("id", out var id) ? id.GetString() : "", Text(_entry.Id));
        var inputs = root.GetProperty("inputs");
        Assert.Equal(inputs.GetArrayLength(), _entry.InputCount);
        var binaryAt = 2 + jsonLength;
        for (var i = 0; i < _entry.InputCount; i++) CheckInput(inputs[i], _entry.Inputs[i], input, ref binaryAt);
        Assert.Equal(input.Length, binaryAt);
        // Of members that stand twice the last one counts in a document; one without outputs counts for nothing.
        if (root.EnumerateObject().Count(m => m.NameEquals("outputs")) == 1)
        {
            Assert.Equal(root.GetProperty("outputs").EnumerateArray().Select(o => o.GetProperty("name").GetString()).ToArray(), _entry.Requested.ToArray().Select(o => Text(o.Name)));
        }
    }

    private void CheckInput(JsonElement expected, in InputView input, byte[] body, ref int binaryAt)
    {
        Assert.Equal((expected.GetProperty("name").GetString(), expected.GetProperty("datatype").GetString()), (Text(input.Name), input.Datatype.Name()));
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()).ToArray(), _entry.ShapeOf(input).ToArray());
        if (expected.TryGetProperty("data", out var data))
        {
            var elements = Flat(data).ToArray();
            var at = 0;
            foreach (var element in elements) CheckElement(element, input, ref at);
            Assert.Equal(input.Content.Length, at);
            return;
        }
        Assert.True(body.AsSpan(binaryAt, input.Content.Length).SequenceEqual(input.Content.Span));
        binaryAt += input.Content.Length;
    }

    private static void CheckElement(JsonElement element, in InputView input, ref int at)
    {
        var content = input.Content.Span[at..];
        if (input.Datatype == Datatype.Bytes)
        {
            var utf8 = Encoding.UTF8.GetBytes(element.GetString()!);
            Assert.Equal(utf8.Length, BitConverter.ToInt32(content));
            Assert.True(content.Slice(4, utf8.Length).SequenceEqual(utf8));
            at += 4 + utf8.Length;
            return;
        }
        at += input.Datatype.Size();
        switch (input.Datatype)
        {
            case Datatype.FP32: Assert.Equal(Number(element, e => e.GetSingle()), BitConverter.ToSingle(content)); break;
            case Datatype.FP64: Assert.Equal(Number(element, e => e.GetDouble()), BitConverter.ToDouble(content)); break;
            case Datatype.Int64: Assert.Equal(element.GetInt64(), BitConverter.ToInt64(content)); break;
            case Datatype.UInt64: Assert.Equal(element.GetUInt64(), BitConverter.ToUInt64(content)); break;
            case Datatype.Int32: Assert.Equal(element.GetInt32(), BitConverter.ToInt32(content)); break;
            case Datatype.UInt8: Assert.Equal(element.GetByte(), content[0]); break;
            case Datatype.Int8: Assert.Equal(element.GetSByte(), (sbyte)content[0]); break;
            case Datatype.Bool: Assert.Equal(element.ValueKind == JsonValueKind.Number ? element.GetByte() != 0 : element.GetBoolean(), content[0] != 0); break;
        }
    }

    private static double Number(JsonElement element, Func<JsonElement, double> read) => element.ValueKind == JsonValueKind.Number
        ? read(element)
        : element.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var other => throw new InvalidOperationException($"'{other}' is no number"),
        };

    private static IEnumerable<JsonElement> Flat(JsonElement data) => data.ValueKind == JsonValueKind.Array ? data.EnumerateArray().SelectMany(Flat) : [data];

    private static int JsonLength(byte[] input)
    {
        var stated = BitConverter.ToUInt16(input);
        return stated == 0 ? input.Length - 2 : Math.Min(stated, input.Length - 2);
    }

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    private static byte[] With(string json, int tensorBytes)
    {
        var utf8 = Encoding.UTF8.GetBytes(json);
        return [.. BitConverter.GetBytes((ushort)(tensorBytes > 0 ? utf8.Length : 0)), .. utf8, .. Enumerable.Range(0, tensorBytes).Select(i => (byte)i)];
    }

    /// <summary>Changes the JSON and what is behind it, and mostly says rightly how long the JSON is then.</summary>
    private sealed class Mutated(TokenMutator tokens) : IMutator
    {
        private static readonly ByteMutator Bytes = new();

        public byte[] Mutate(byte[] seed, FuzzRandom random)
        {
            var length = JsonLength(seed);
            var (json, tensors) = (tokens.Mutate(seed[2..(2 + length)], random), seed[(2 + length)..]);
            if (tensors.Length > 0 && random.OneIn(4)) tensors = Bytes.Mutate(tensors, random);
            var stated = tensors.Length == 0 ? 0 : json.Length;
            if (random.OneIn(10)) stated = Math.Max(0, stated + random.Next(9) - 4);
            return [.. BitConverter.GetBytes((ushort)stated), .. json, .. tensors];
        }
    }
}
