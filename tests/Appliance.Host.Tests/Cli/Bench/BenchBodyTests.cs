using System.Buffers.Binary;
using System.Text.Json;
using Appliance.Host.Cli.Bench;
using Appliance.Host.Cli.Files;
using Contracts.Inference;

namespace Appliance.Host.Tests.Cli.Bench;

/// <summary>Requests made up from what a model says of itself.</summary>
public sealed class BenchBodyTests
{
    private const string Many = """
        {"name":"m","inputs":[
        {"name":"f","datatype":"FP32","shape":[-1,3]},{"name":"h","datatype":"FP16","shape":[-1]},{"name":"b","datatype":"BF16","shape":[-1]},{"name":"d","datatype":"FP64","shape":[-1]},
        {"name":"i","datatype":"INT64","shape":[-1,2]},{"name":"u","datatype":"UINT8","shape":[4]},{"name":"t","datatype":"BYTES","shape":[-1,1]},{"name":"o","datatype":"BOOL","shape":[-1]}]}
        """;

    [Fact]
    public void Every_datatype_has_as_many_raw_bytes_as_its_shape_asks_for()
    {
        var request = Message(Many, "--rows", "5");
        Assert.Equal("m", request.ModelName);
        Assert.Equal([60, 10, 10, 40, 80, 4, 25, 5], request.RawInputContents.Select(r => r.Length));
        Assert.Equal([5L, 3L], request.Inputs[0].Shape);
        Assert.Equal([4L], request.Inputs[5].Shape);
        for (var i = 0; i < 15; i++) Assert.InRange(BinaryPrimitives.ReadSingleLittleEndian(request.RawInputContents[0].Span[(i * 4)..]), -1f, 1f);
        for (var i = 0; i < 10; i++) Assert.InRange(BinaryPrimitives.ReadInt64LittleEndian(request.RawInputContents[4].Span[(i * 8)..]), 0, 1);
        Assert.Equal([1, 0, 0, 0, (byte)'a'], request.RawInputContents[6].ToByteArray()[..5]);
    }

    [Fact]
    public void The_same_seed_makes_the_same_request_and_another_one_another()
    {
        Assert.Equal(Message(Many, "--seed", "7"), Message(Many, "--seed", "7"));
        Assert.NotEqual(Message(Many, "--seed", "7"), Message(Many, "--seed", "8"));
    }

    [Fact]
    public void Over_rest_the_body_is_the_protocols_json()
    {
        var metadata = """{"inputs":[{"name":"f","datatype":"FP32","shape":[-1,2]},{"name":"t","datatype":"BYTES","shape":[-1]},{"name":"o","datatype":"BOOL","shape":[1]}]}""";
        using var body = JsonDocument.Parse(Make(metadata, "--rest", "--rows", "3"));
        var inputs = body.RootElement.GetProperty("inputs");
        Assert.Equal("[3,2]", inputs[0].GetProperty("shape").GetRawText());
        Assert.Equal(6, inputs[0].GetProperty("data").GetArrayLength());
        Assert.Equal("""["a","a","a"]""", inputs[1].GetProperty("data").GetRawText());
        Assert.Contains(inputs[2].GetProperty("data")[0].ValueKind, new[] { JsonValueKind.True, JsonValueKind.False });
    }

    [Theory]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[-1,3,-1,-1]}]}""", "input 'x' is [-1,3,-1,-1], open in more than its first dimension; --shape x:1,3,N,N says what to send")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[-1,3]}]}""", "--shape of input 'x' is [1,4]; m takes [-1,3]", "--shape", "x:1,4")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[-1]}]}""", "--shape names input 'y', which m does not have; it has x", "--shape", "y:1")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP16","shape":[-1]}]}""", "input 'x' is FP16, which JSON has no form for; leave --rest out", "--rest")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[-1,4096]}]}""", "input 'x' is [4096,4096], more than 8388608 elements; a smaller --shape or --rows fits a request", "--rows", "4096")]
    public void What_cannot_be_made_up_is_said(string metadata, string error, params string[] flags) =>
        Assert.Equal(error, Assert.Throws<InputException>(() => Make(metadata, flags)).Message);

    [Fact]
    public void A_shape_that_was_said_is_sent()
    {
        var request = Message("""{"inputs":[{"name":"a:b","datatype":"FP32","shape":[-1,3,-1]}]}""", "--shape", "a:b:2,3,5");
        Assert.Equal([2L, 3L, 5L], request.Inputs[0].Shape);
        Assert.Equal(120, request.RawInputContents[0].Length);
    }

    [Theory]
    [InlineData("bench has no model; it must be bench MODEL")]
    [InlineData("'n' is one word too many for bench", "m", "n")]
    [InlineData("--p99-ms is '0'; it must be a number from 0.01 to 60000", "m", "--p99-ms", "0")]
    [InlineData("--rows is 'x'; it must be a whole number from 1 to 1048576", "m", "--rows", "x")]
    [InlineData("--shape is 'x'; it must be an input's name, ':' and its dimensions, like input:1,64", "m", "--shape", "x")]
    [InlineData("--request is a body for REST; it needs --rest", "m", "--request", "f")]
    [InlineData("--grpc is 'https://h:1/'; the load over gRPC is in cleartext, so it must be an http address; --rest measures over https", "m", "--grpc", "https://h:1")]
    public void A_wrong_command_line_is_refused_with_the_rule(string expected, params string[] args)
    {
        Assert.False(BenchArguments.TryParse(args, out _, out var error));
        Assert.Equal(expected, error);
    }

    private static ModelInferRequest Message(string metadata, params string[] flags)
    {
        var frame = Make(metadata, flags);
        Assert.Equal(0, frame[0]);
        Assert.Equal(frame.Length - 5, BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(1)));
        return ModelInferRequest.Parser.ParseFrom(frame, 5, frame.Length - 5);
    }

    private static byte[] Make(string metadata, params string[] flags)
    {
        Assert.True(BenchArguments.TryParse(["m", .. flags], out var arguments, out var error), error);
        using var document = JsonDocument.Parse(metadata);
        return BenchBody.Make(document.RootElement, arguments);
    }
}
