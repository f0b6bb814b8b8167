using System.Text;
using Appliance.Host.Grpc;
using Appliance.Host.Rest.V2;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Contracts.Inference;
using Google.Protobuf;

namespace Appliance.Host.Tests;

/// <summary>A parameter ends alike over gRPC and over REST: status, sentence and what the request carries on.</summary>
public sealed class SameParametersTests
{
    public static TheoryData<string, InferParameter, string, ScoreStatus> Parameters => new()
    {
        { "timeout", new InferParameter { Int64Param = 2500 }, "2500", ScoreStatus.Ok },
        { "timeout", new InferParameter { Uint64Param = ulong.MaxValue }, "18446744073709551615", ScoreStatus.Ok },
        { "timeout", new InferParameter { Int64Param = -1 }, "-1", ScoreStatus.InvalidArgument },
        { "timeout", new InferParameter { DoubleParam = 1.5 }, "1.5", ScoreStatus.InvalidArgument },
        { "timeout", new InferParameter { StringParam = "soon" }, "\"soon\"", ScoreStatus.InvalidArgument },
        { "timeout", new InferParameter(), "null", ScoreStatus.Ok },
        { "priority", new InferParameter { Uint64Param = 0 }, "0", ScoreStatus.Ok },
        { "priority", new InferParameter { Int64Param = 2 }, "2", ScoreStatus.Ok },
        { "priority", new InferParameter { StringParam = "high" }, "\"high\"", ScoreStatus.InvalidArgument },
        { "sequence_id", new InferParameter { Uint64Param = 0 }, "0", ScoreStatus.Ok },
        { "sequence_id", new InferParameter { StringParam = "" }, "\"\"", ScoreStatus.Ok },
        { "sequence_id", new InferParameter { Uint64Param = 7 }, "7", ScoreStatus.Unsupported },
        { "sequence_id", new InferParameter { StringParam = "a" }, "\"a\"", ScoreStatus.Unsupported },
        { "sequence_id", new InferParameter { BoolParam = true }, "true", ScoreStatus.InvalidArgument },
        { "sequence_start", new InferParameter { BoolParam = false }, "false", ScoreStatus.Ok },
        { "sequence_start", new InferParameter { BoolParam = true }, "true", ScoreStatus.Unsupported },
        { "sequence_start", new InferParameter { Int64Param = 0 }, "0", ScoreStatus.InvalidArgument },
        { "sequence_end", new InferParameter { BoolParam = true }, "true", ScoreStatus.Unsupported },
        { "sequence_own", new InferParameter { BoolParam = true }, "true", ScoreStatus.Ok },
        { "binary_data_output", new InferParameter { BoolParam = true }, "true", ScoreStatus.Ok },
        { "binary_data_output", new InferParameter { Int64Param = 1 }, "1", ScoreStatus.InvalidArgument },
        { "triton_enable_empty_final_response", new InferParameter { BoolParam = false }, "false", ScoreStatus.Ok },
        { "triton_enable_empty_final_response", new InferParameter { BoolParam = true }, "true", ScoreStatus.Unsupported },
        { "triton_final_response", new InferParameter { BoolParam = false }, "false", ScoreStatus.InvalidArgument },
        { "headers", new InferParameter { StringParam = "" }, "\"\"", ScoreStatus.InvalidArgument },
        { "own", new InferParameter { DoubleParam = -0.5 }, "-0.5", ScoreStatus.Ok },
    };

    [Theory, MemberData(nameof(Parameters))]
    public void A_parameter_ends_alike(string name, InferParameter value, string json, ScoreStatus expected)
    {
        BatchEntry grpc = new(), rest = new();
        var message = new ModelInferRequest { ModelName = "m", Parameters = { [name] = value } }.ToByteArray();
        var body = Encoding.UTF8.GetBytes($$$"""{"inputs":[],"parameters":{"{{{name}}}":{{{json}}} } }""");
        Assert.Equal(expected, InferRequestDecoder.Decode(message, grpc));
        Assert.Equal(expected, JsonInferDecoder.Decode(rest, body, body.Length, out _));
        Assert.Equal((grpc.Error, grpc.TimeoutMicroseconds), (rest.Error, rest.TimeoutMicroseconds));
    }

    [Theory]
    // A flag written as fixed 32 bits is a field that the message does not have, as any other number would be.
    [InlineData("0D01000000", ScoreStatus.Ok)]
    // Of two choices the last one counts: true, then false; false, then true.
    [InlineData("08010800", ScoreStatus.Ok)]
    [InlineData("08000801", ScoreStatus.Unsupported)]
    // Cut off within its number.
    [InlineData("0880", ScoreStatus.InvalidArgument)]
    [InlineData("08", ScoreStatus.InvalidArgument)]
    public void An_odd_encoding_means_what_protobuf_says(string value, ScoreStatus expected)
    {
        var bytes = Convert.FromHexString(value);
        byte[] entry = [0x0A, 14, .. "sequence_start"u8, 0x12, (byte)bytes.Length, .. bytes];
        byte[] message = [0x22, (byte)entry.Length, .. entry];
        Assert.Equal(expected, InferRequestDecoder.Decode(message, new BatchEntry()));
    }
}
