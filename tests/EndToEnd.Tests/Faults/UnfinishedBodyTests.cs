using System.Buffers.Binary;
using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Faults;

/// <summary>Callers who begin a body, or an answer, and leave it at that: on every path they are given up in time, and nobody else notices.</summary>
public sealed class UnfinishedBodyTests : IDisposable
{
    // A caller may rest for 30 s; a busy machine looks a little later.
    private static readonly TimeSpan GivenUp = TimeSpan.FromSeconds(60);

    private static readonly string[] GrpcPaths =
    [
        "/inference.GRPCInferenceService/ModelInfer", "/inference.GRPCInferenceService/ServerLive", "/inference.GRPCInferenceService/ModelMetadata",
        "/inference.GRPCInferenceService/RepositoryModelLoad", "/appliance.scoring.v1.Scoring/Score", "/grpc.health.v1.Health/Check", "/nowhere.Service/Call",
    ];

    private static readonly string[] RestPaths =
    [
        "/v2/models/scale/infer", "/api/models/scale/predict", "/v2/repository/models/scale/load", "/api/models/scale/pin", "/v2/repository/index", "/nowhere",
    ];

    private readonly TemporaryRepository _repository = new();

    public UnfinishedBodyTests() => _repository.AddModel("scale", OnnxModels.Scale(2));

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Bodies_that_are_begun_and_not_finished_are_given_up_on_every_path_and_streams_may_rest_as_long()
    {
        await using var appliance = await StartAsync();
        using var stream = appliance.Inference.ModelStreamInfer();
        await stream.RequestStream.WriteAsync(ScaleCalls.Request("scale"));
        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        using var scores = new Contracts.Scoring.Scoring.ScoringClient(appliance.Channel).ScoreStream();
        await using var calls = new LoadedCalls(appliance, callers: 1);
        await calls.AnsweredAsync(20);
        var givenUp = GrpcPaths.Select(path => GrpcAsync(appliance, path)).Concat(RestPaths.Select(path => RestAsync(appliance, path))).ToArray();
        await Task.WhenAll(givenUp);
        await calls.AnsweredAsync(20);
        await calls.StopAsync();
        Assert.Empty(calls.Failures);

        await stream.RequestStream.WriteAsync(ScaleCalls.Request("scale"));
        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal("", stream.ResponseStream.Current.ErrorMessage);
        await stream.RequestStream.CompleteAsync();
        await scores.RequestStream.CompleteAsync();
        // Nothing was asked on it: it ends well, as it would have without the rest.
        Assert.False(await scores.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Heads_that_never_end_are_given_up()
    {
        await using var appliance = await StartAsync();
        var heads = Enumerable.Range(0, 20).Select(async _ =>
        {
            using var connection = await Http1Socket.ConnectAsync(appliance.HttpPort);
            await connection.SendAsync("POST /v2/models/scale/infer HTTP/1.1\r\nHost: localhost\r\nX-");
            return await connection.ReadToEndAsync(GivenUp);
        }).ToArray();
        Assert.Equal(2, await appliance.FactorAsync("scale"));
        foreach (var head in heads) Assert.DoesNotContain(" 200 ", await head);
        await appliance.AssertAliveAsync();
    }

    [Fact]
    public async Task Answers_that_nobody_reads_take_bounded_memory_and_hold_nobody_up()
    {
        const int Callers = 40, Floats = 2 << 20;
        _repository.AddModel("zeros", OnnxModels.Zeros());
        await using var appliance = await StartAsync();
        var body = $$$"""{"inputs":[{"name":"count","datatype":"INT64","shape":[1],"data":[{{{Floats}}}]}],"outputs":[{"name":"OUTPUT0","parameters":{"binary_data":true}}]}""";
        Assert.Equal(2, await appliance.FactorAsync("scale"));
        var (before, files) = (ProcessFigures.ResidentBytes(appliance.Id), ProcessFigures.OpenFiles(appliance.Id));
        // Wave after wave: what one leaves behind is the next one's, or the process would grow with each.
        for (var wave = 0; wave < 6; wave++)
        {
            var open = new List<Http1Socket>();
            try
            {
                for (var i = 0; i < Callers; i++)
                {
                    open.Add(await Http1Socket.ConnectAsync(appliance.HttpPort));
                    await open[^1].SendAsync(Http1Socket.Head("/v2/models/zeros/infer", "Content-Type: application/json", $"Content-Length: {body.Length}"));
                    await open[^1].SendAsync(body);
                }
                for (var i = 0; i < 50; i++) Assert.Equal(2, await appliance.FactorAsync("scale"));
                // Each may hold the one answer that it asked for, and what it was encoded into: 8 MiB, twice over, is what one costs. Behind a wave the pool
                // keeps 256 MiB of that, and the collector is told of each 128 MiB more; 96 MiB for what is under way.
                var grown = ProcessFigures.ResidentBytes(appliance.Id) - before;
                Assert.True(grown < ((long)Callers * 2 * Floats * sizeof(float)) + ((256 + 128 + 96L) << 20), $"the process has grown by {grown >> 20} MiB in wave {wave}");
            }
            finally
            {
                foreach (var connection in open) connection.Abort();
            }
            // Two waves at once may hold twice as much.
            await Eventually.BecomesTrueAsync(() => ProcessFigures.OpenFiles(appliance.Id) <= files, GivenUp, $"the connections of wave {wave} are closed");
        }
        await appliance.AssertAliveAsync();
    }

    /// <summary>A call whose message stays half-sent ends with a reset, or with an answer that did not need it.</summary>
    private static async Task GrpcAsync(ApplianceProcess appliance, string path)
    {
        using var connection = await Http2Socket.OpenAsync(appliance.GrpcPort);
        await connection.SendCallAsync(1, path);
        var part = new byte[10];
        BinaryPrimitives.WriteInt32BigEndian(part.AsSpan(1), 100);
        await connection.SendFrameAsync(Http2Socket.Data, 0, 1, part);
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            await connection.SendFrameAsync(Http2Socket.Ping, 0, 0, new byte[8]);
            var frame = await connection.ReadFrameAsync();
            if (frame.Type is null or Http2Socket.ResetStream) return;
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(began) < GivenUp, $"{path}: the call is still open");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static async Task RestAsync(ApplianceProcess appliance, string path)
    {
        using var connection = await Http1Socket.ConnectAsync(appliance.HttpPort);
        await connection.SendAsync(Http1Socket.Head(path, "Content-Type: application/json", "Content-Length: 1000"));
        await connection.SendAsync("{");
        // The end of the connection is all that is asked for: no path waits for ever.
        Assert.DoesNotContain(" 200 OK", await connection.ReadToEndAsync(GivenUp));
    }

    private Task<ApplianceProcess> StartAsync() =>
        ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path, ControlMode = "explicit", Flags = ["--load-model=*"] });
}
