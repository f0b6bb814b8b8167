using Appliance.Host.Grpc;
using Appliance.Host.Tests.Business;
using Contracts.Scoring;
using Grpc.Core;

namespace Appliance.Host.Tests.Grpc;

public sealed class ScoreStreamTests
{
    [Fact]
    public async Task Answers_come_in_the_order_of_the_requests_and_errors_among_them()
    {
        await using var host = await BusinessHost.StartAsync(grpc: new GrpcOptions { StreamWindow = 8 });
        var instance = host.ServeKoc(gathers: true);
        using var call = ScoreTests.Client(host).ScoreStream(cancellationToken: TestContext.Current.CancellationToken);
        const int requests = 500;
        var sending = SendAsync();
        var answers = new List<ScoreResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken)) answers.Add(answer);
        await sending;
        Assert.Equal(requests, answers.Count);
        for (var i = 0; i < requests; i++)
        {
            Assert.Equal($"r{i}", answers[i].RequestId);
            if (i % 10 == 3)
            {
                Assert.Equal(((int)StatusCode.InvalidArgument, "rows[0].features.share_count"), (answers[i].Error.Code, answers[i].Error.Field));
                Assert.StartsWith("rows[0].features.share_count is \"x\"", answers[i].Error.Message);
                Assert.Empty(answers[i].Rows);
            }
            else
            {
                Assert.Null(answers[i].Error);
                Assert.Equal((float)instance.Score(i, 1, 0.5f), answers[i].Rows[0].Scores[0].DoubleValue);
            }
        }
        Assert.StartsWith("decode;dur=", call.GetTrailers().GetValue("server-timing"));

        async Task SendAsync()
        {
            for (var i = 0; i < requests; i++)
            {
                var request = ScoreTests.Request(ScoreTests.Row(i, 1, 0.5));
                request.RequestId = $"r{i}";
                if (i % 10 == 3) request.Rows[0].Features["share_count"] = new FeatureValue { StringValue = "x" };
                await call.RequestStream.WriteAsync(request);
            }
            await call.RequestStream.CompleteAsync();
        }
    }

    [Fact]
    public async Task A_stream_without_requests_ends_well()
    {
        await using var host = await BusinessHost.StartAsync();
        using var call = ScoreTests.Client(host).ScoreStream(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_leaves_nothing_behind()
    {
        await using var host = await BusinessHost.StartAsync(grpc: new GrpcOptions { StreamWindow = 4 });
        using var running = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        host.ServeKoc(gathers: true).OnRun = () =>
        {
            running.Release();
            goOn.Wait(TestContext.Current.CancellationToken);
        };
        using (var call = ScoreTests.Client(host).ScoreStream(cancellationToken: TestContext.Current.CancellationToken))
        {
            for (var i = 0; i < 3; i++) await call.RequestStream.WriteAsync(ScoreTests.Request(ScoreTests.Row(i, 1, 1)), TestContext.Current.CancellationToken);
            await running.WaitAsync(TestContext.Current.CancellationToken);
        }
        goOn.Release(10);
        Assert.True(SpinWait.SpinUntil(() => host.Models.Gate.Inside == 0, TimeSpan.FromSeconds(30)), "requests of the stream are still inside");
    }

    [Fact]
    public async Task A_stopping_server_answers_what_it_has_and_ends_the_stream_as_unavailable()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        using var call = ScoreTests.Client(host).ScoreStream(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(ScoreTests.Request(ScoreTests.Row(1, 1, 1)), TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        host.Lifetime.StopApplication();
        var end = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal((StatusCode.Unavailable, "the server is stopping"), (end.StatusCode, end.Status.Detail));
    }
}
