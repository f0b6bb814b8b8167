using System.IO.Compression;
using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace EndToEnd.Tests.Grpc;

/// <summary>Messages that a client compresses.</summary>
public sealed class CompressionTests(SharedAppliance shared)
{
    private static readonly byte[] Request = InferMessages
        .Raw("two_versions", TensorValue.OfFloats(OnnxModels.Input, [8, 4], [.. Enumerable.Range(0, 32).Select(i => (float)i)])).ToByteArray();

    [Fact]
    public async Task A_gzip_message_is_unpacked()
    {
        var reply = await PostAsync(Gzip(Request), ("grpc-encoding", "gzip"));
        Assert.Equal(StatusCode.OK, reply.Grpc);
        var response = ModelInferResponse.Parser.ParseFrom(reply.Body.AsSpan(5).ToArray());
        Assert.Equal(Enumerable.Range(0, 32).Select(i => 5f * i), Assert.Single(InferMessages.Outputs(response)).As<float>());
    }

    [Fact]
    public async Task An_unknown_encoding_is_unimplemented()
    {
        var reply = await PostAsync(Request, ("grpc-encoding", "snappy"));
        Assert.Equal(StatusCode.Unimplemented, reply.Grpc);
        Assert.Contains("'snappy'", reply.Message);
    }

    [Fact]
    public async Task A_message_marked_as_gzip_that_is_not_is_refused()
    {
        var reply = await PostAsync(Request, ("grpc-encoding", "gzip"));
        Assert.Equal(StatusCode.InvalidArgument, reply.Grpc);
    }

    [Fact]
    public async Task A_gzip_message_cut_short_is_refused()
    {
        var reply = await PostAsync(Gzip(Request)[..^12], ("grpc-encoding", "gzip"));
        Assert.Equal(StatusCode.InvalidArgument, reply.Grpc);
    }

    [Fact]
    public async Task A_message_that_unpacks_to_more_than_the_limit_is_refused_before_it_fills_the_memory()
    {
        var appliance = await shared.StartedAsync();
        var before = ProcessFigures.ResidentBytes(appliance.Id);
        var reply = await PostAsync(Gzip(new byte[1 << 30]), ("grpc-encoding", "gzip"));
        Assert.Equal(StatusCode.ResourceExhausted, reply.Grpc);
        Assert.InRange(ProcessFigures.ResidentBytes(appliance.Id) - before, long.MinValue, 256 << 20);
    }

    private async Task<BareGrpc.Reply> PostAsync(byte[] message, params (string, string)[] headers)
    {
        using var bare = new BareGrpc((await shared.StartedAsync()).GrpcPort);
        return await bare.PostAsync(BareGrpc.ModelInfer, BareGrpc.Frame(message, flag: 1), headers);
    }

    private static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
        return packed.ToArray();
    }
}
