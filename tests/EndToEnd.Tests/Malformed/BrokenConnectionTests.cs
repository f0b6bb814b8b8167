using System.Net;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace EndToEnd.Tests.Malformed;

/// <summary>Callers who go away in the middle, or never come to an end.</summary>
public sealed class BrokenConnectionTests(GuardedAppliance guarded) : IClassFixture<GuardedAppliance>
{
    private const int Callers = 100;

    private static readonly byte[] Message = BareGrpc.Frame(InferMessages.Raw("identity", GuardedAppliance.Row).ToByteArray());

    public static TheoryData<string> Paths => new(BareGrpc.ModelInfer, BareGrpc.ModelStreamInfer, BareGrpc.ServerLive);

    [Theory, MemberData(nameof(Paths))]
    public async Task Connections_that_end_in_the_middle_of_a_body_are_forgotten(string path)
    {
        var port = (await guarded.StartedAsync()).GrpcPort;
        for (var i = 0; i < Callers; i++)
        {
            var connection = await Http2Socket.OpenAsync(port);
            await connection.SendCallAsync(1, path);
            await connection.SendFrameAsync(Http2Socket.Data, 0, 1, Message.AsMemory(0, i % Message.Length));
            if (i % 2 == 0) connection.Abort();
            else connection.Dispose();
        }
        await guarded.IsUnharmedAsync();
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task Connections_that_end_right_after_a_whole_request_are_forgotten(string path)
    {
        var port = (await guarded.StartedAsync()).GrpcPort;
        for (var i = 0; i < Callers; i++)
        {
            var connection = await Http2Socket.OpenAsync(port);
            await connection.SendCallAsync(1, path);
            await connection.SendFrameAsync(Http2Socket.Data, Http2Socket.EndStream, 1, Message);
            connection.Abort();
        }
        await guarded.IsUnharmedAsync();
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task Calls_that_stay_open_hold_nobody_else_up(string path)
    {
        var appliance = await guarded.StartedAsync();
        var open = new List<Http2Socket>();
        try
        {
            for (var i = 0; i < Callers; i++)
            {
                var connection = await Http2Socket.OpenAsync(appliance.GrpcPort);
                open.Add(connection);
                // Headers alone, half a prefix, a prefix, half a message.
                await connection.SendCallAsync(1, path);
                await connection.SendFrameAsync(Http2Socket.Data, 0, 1, Message.AsMemory(0, (i % 4) * 3));
            }
            using var bare = new BareGrpc(appliance.GrpcPort);
            for (var i = 0; i < 50; i++) Assert.Equal(StatusCode.OK, (await bare.PostAsync(BareGrpc.ModelInfer, Message)).Grpc);
        }
        finally
        {
            foreach (var connection in open) connection.Abort();
        }
        await guarded.IsUnharmedAsync();
    }

    [Fact]
    public async Task Callers_who_never_read_their_answers_hold_nobody_up_and_are_forgotten()
    {
        const int Floats = 1 << 18;
        var appliance = await guarded.StartedAsync();
        var request = BareGrpc.Frame(InferMessages.Raw("identity", new TensorValue(OnnxModels.Input, "FP32", [1, Floats], new byte[Floats * 4])).ToByteArray());
        using (var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{appliance.GrpcPort}"), Timeout = TimeSpan.FromSeconds(30) })
        {
            // Each answer is a megabyte, of which the stream's window lets 64 KiB through while nobody reads.
            var unread = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => client.SendAsync(GrpcPost(request), HttpCompletionOption.ResponseHeadersRead)));
            Assert.All(unread, response => Assert.True(response.IsSuccessStatusCode));
            await appliance.AssertAliveAsync();
            foreach (var response in unread) response.Dispose();
        }
        await guarded.IsUnharmedAsync();
    }

    private static HttpRequestMessage GrpcPost(byte[] body) => new(HttpMethod.Post, BareGrpc.ModelInfer)
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = new ByteArrayContent(body) { Headers = { { "content-type", "application/grpc" } } },
    };
}
