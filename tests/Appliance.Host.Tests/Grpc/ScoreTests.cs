using System.Globalization;
using Appliance.Host.Tests.Business;
using Contracts.Scoring;
using Grpc.Core;
using TestKit;
using ScoringClient = Contracts.Scoring.Scoring.ScoringClient;

namespace Appliance.Host.Tests.Grpc;

public sealed class ScoreTests
{
    [Fact]
    public async Task Named_features_come_back_as_named_scores_with_levels()
    {
        await using var host = await BusinessHost.StartAsync();
        var instance = host.ServeKoc();
        var response = await Client(host).ScoreAsync(Request(Row(500, 10, 0.8), Row(0, 0, 0)), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((KocPotential.Name, 1L), (response.Model, response.Version));
        Assert.Equal(2, response.Rows.Count);
        var score = Assert.Single(response.Rows[0].Scores);
        Assert.Equal(("koc_potential", "high"), (score.Name, score.Level));
        Assert.Equal((float)instance.Score(500, 10, 0.8f), score.DoubleValue);
        Assert.Equal("low", response.Rows[1].Scores[0].Level);
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task The_trailers_tell_the_request_id_and_how_long_each_phase_took()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        var request = Request(Row(1, 1, 1));
        request.RequestId = "order-7";
        using var call = Client(host).ScoreAsync(request, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("order-7", (await call).RequestId);
        Assert.Equal("order-7", call.GetTrailers().GetValue("x-request-id"));
        var timing = call.GetTrailers().GetValue("server-timing")!;
        Assert.Matches(@"^decode;dur=\d+(\.\d{1,3})?, features;dur=0, queue;dur=\d+(\.\d{1,3})?, infer;dur=\d+(\.\d{1,3})?, encode;dur=\d+(\.\d{1,3})?$", timing);
        Assert.All(timing.Split(", "), p => Assert.InRange(double.Parse(p.Split('=')[1], CultureInfo.InvariantCulture), 0, 60_000));
    }

    [Fact]
    public async Task A_request_without_an_id_gets_one()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        Assert.Matches("^[0-9a-f]{20}$", (await Client(host).ScoreAsync(Request(Row(1, 1, 1)), cancellationToken: TestContext.Current.CancellationToken)).RequestId);
    }

    [Fact]
    public async Task Every_kind_of_value_is_taken_where_it_fits()
    {
        await using var host = await BusinessHost.StartAsync();
        var instance = host.ServeKoc();
        var row = new FeatureRow();
        row.Features.Add("consumption_amount", new FeatureValue { Int64Value = 250 });
        row.Features.Add("share_count", new FeatureValue { DoubleValue = 2.5 });
        var response = await Client(host).ScoreAsync(Request(row), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((float)instance.Score(250, 2.5, 0.5), response.Rows[0].Scores[0].DoubleValue);
        row.Features["share_count"] = new FeatureValue();
        response = await Client(host).ScoreAsync(Request(row), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(double.IsNaN(response.Rows[0].Scores[0].DoubleValue));
        Assert.Equal("", response.Rows[0].Scores[0].Level);
    }

    public static TheoryData<string, Action<ScoreRequest>, StatusCode, string, string?> BadRequests => new()
    {
        { "text", r => r.Rows[1].Features["share_count"] = new FeatureValue { StringValue = "ten" }, StatusCode.InvalidArgument, "rows[1].features.share_count is \"ten\"; it must be a number", "rows[1].features.share_count" },
        { "bool", r => r.Rows[0].Features["share_count"] = new FeatureValue { BoolValue = true }, StatusCode.InvalidArgument, "rows[0].features.share_count is true; it must be a number", "rows[0].features.share_count" },
        { "infinite", r => r.Rows[0].Features["share_count"] = new FeatureValue { DoubleValue = double.PositiveInfinity }, StatusCode.InvalidArgument, "rows[0].features.share_count is Infinity; it must be between", "rows[0].features.share_count" },
        { "unknown", r => r.Rows[0].Features["shares_count"] = new FeatureValue { DoubleValue = 1 }, StatusCode.InvalidArgument, "did you mean 'share_count'?", "rows[0].features.shares_count" },
        { "not ASCII", r => r.Rows[0].Features["分享"] = new FeatureValue { DoubleValue = 1 }, StatusCode.InvalidArgument, "rows[0].features.分享 is not a feature", null },
        { "long name", r => r.Rows[0].Features[new string('x', 1000)] = new FeatureValue { DoubleValue = 1 }, StatusCode.InvalidArgument, "is not a feature of model", $"rows[0].features.{new string('x', 60)}..." },
        { "missing", r => r.Rows[0].Features.Remove("share_count"), StatusCode.InvalidArgument, "rows[0].features.share_count is missing", "rows[0].features.share_count" },
        { "no rows", r => r.Rows.Clear(), StatusCode.InvalidArgument, "the request holds no row; it must hold 1 to 8", "rows" },
        { "too many rows", r => r.Rows.AddRange(Enumerable.Repeat(Row(1, 1, 1), 8)), StatusCode.InvalidArgument, "more than 8 rows", "rows" },
        { "negative version", r => r.Version = -1, StatusCode.InvalidArgument, "version is -1; it must be a whole number from 1", "version" },
        { "long id", r => r.RequestId = new string('a', 129), StatusCode.InvalidArgument, "request_id is 129 characters long; it must be at most 128", "request_id" },
        { "no model", r => r.Model = "", StatusCode.InvalidArgument, "model is 0 characters long; it must be 1 to 255", "model" },
        { "long model", r => r.Model = new string('m', 100_000), StatusCode.InvalidArgument, "model is 100000 characters long; it must be 1 to 255", "model" },
        { "unknown version", r => r.Version = 9, StatusCode.NotFound, "version 9 is not found", null },
        { "unknown model", r => r.Model = "nobody", StatusCode.NotFound, "Request for unknown model: 'nobody' is not found", null },
    };

    [Theory]
    [MemberData(nameof(BadRequests), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_request_ends_with_a_status_and_names_the_field(string name, Action<ScoreRequest> spoil, StatusCode code, string message, string? field)
    {
        await using var host = await BusinessHost.StartAsync();
        var instance = host.ServeKoc();
        var request = Request(Row(1, 1, 1), Row(2, 2, 2));
        spoil(request);
        var error = await Assert.ThrowsAsync<RpcException>(() => Client(host).ScoreAsync(request, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
        Assert.True(code == error.StatusCode, name);
        Assert.Contains(message, error.Status.Detail);
        Assert.Equal(field, error.Trailers.GetValue("error-field"));
        Assert.Equal(0, instance.Runs);
    }

    [Fact]
    public async Task A_failing_runtime_is_an_internal_error()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc().Faults = v => v == 13;
        var error = await Assert.ThrowsAsync<RpcException>(() => Client(host).ScoreAsync(Request(Row(13, 1, 1)), cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
        Assert.Equal((StatusCode.Internal, "the value 13 cannot be scored"), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task A_waiting_request_whose_deadline_passes_leaves_the_queue_while_the_instance_is_still_busy()
    {
        await using var host = await BusinessHost.StartAsync();
        using var running = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        host.ServeKoc(gathers: true).OnRun = () =>
        {
            running.Release();
            goOn.Wait(TestContext.Current.CancellationToken);
        };
        var first = Client(host).ScoreAsync(Request(Row(1, 1, 1)), cancellationToken: TestContext.Current.CancellationToken).ResponseAsync;
        await running.WaitAsync(TestContext.Current.CancellationToken);
        var model = host.Models.Directory.GetOrAdd(KocPotential.Name).Find(1)!;
        var late = Client(host).ScoreAsync(Request(Row(2, 2, 2)), deadline: DateTime.UtcNow.AddMilliseconds(200), cancellationToken: TestContext.Current.CancellationToken).ResponseAsync;
        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => late)).StatusCode);
        Assert.True(SpinWait.SpinUntil(() => model.Batcher.Queue.Count == 0, TimeSpan.FromSeconds(30)), "the late request still waits");
        goOn.Release();
        Assert.Single((await first).Rows);
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_their_own_answer()
    {
        await using var host = await BusinessHost.StartAsync();
        var instance = host.ServeKoc(gathers: true);
        await Parallel.ForEachAsync(Enumerable.Range(0, 3000), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken }, async (i, stop) =>
        {
            var response = await Client(host).ScoreAsync(Request(Row(i, i % 7, 0.25)), cancellationToken: stop);
            Assert.Equal((float)instance.Score(i, i % 7, 0.25), response.Rows[0].Scores[0].DoubleValue);
        });
    }

    internal static ScoringClient Client(BusinessHost host) => new(host.Channel);

    internal static ScoreRequest Request(params FeatureRow[] rows) => new() { Model = KocPotential.Name, Rows = { rows } };

    internal static FeatureRow Row(double amount, double shares, double social)
    {
        var row = new FeatureRow();
        row.Features.Add("consumption_amount", new FeatureValue { DoubleValue = amount });
        row.Features.Add("share_count", new FeatureValue { DoubleValue = shares });
        row.Features.Add("social_interaction_score", new FeatureValue { DoubleValue = social });
        return row;
    }
}
