using System.Text;
using Appliance.Features.Backfill;
using Appliance.Features.Sampling;
using Appliance.Features.Verification;
using Appliance.Scoring.Tests.Entities;
using FeatureModel.Events;
using TestKit;

namespace Appliance.Scoring.Tests.Samples;

/// <summary>Single samples of the shop: what is compared, and what cannot be.</summary>
public sealed class JudgedSamplesTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = EntityBench.Noon;

    private readonly EntityBench _bench = new(sampling: new SamplingOptions { Rate = 1 });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task What_the_caller_gave_is_not_compared_and_the_rest_is()
    {
        await DefineAsync(ShopFeatures.Click(1, Noon.AddMinutes(-10), 30), ShopFeatures.Profile(1, Noon.AddMinutes(-20), "\"age\":42"));
        Assert.True(_bench.Write(EntityRow.Of(("age", 7)).For(1)), _bench.Entry.Error);
        var report = await _bench.Features.VerifyAsync(Stop);
        Assert.Equal((3, 0, 1), (report.Compared, report.Mismatched, report.Unverifiable));
        Assert.Equal(1, Of(report, "shopper_profile:age").UnverifiableFor(UnverifiableReason.Given));
        Assert.Equal(1, Of(report, "shopper_mix:spent_by_age").Equal);
    }

    [Fact]
    public async Task Defaults_are_compared_with_what_is_not_there()
    {
        await DefineAsync();
        Assert.True(_bench.Write(EntityRow.Of(("age", 7)).For(9)), _bench.Entry.Error);
        var report = await _bench.Features.VerifyAsync(Stop);
        Assert.Equal((3, 0), (report.Compared, report.Mismatched));
    }

    [Fact]
    public async Task Old_rows_are_stale_by_the_definition_too()
    {
        await DefineAsync(ShopFeatures.Profile(1, Noon, "\"age\":42,\"city\":\"x\""));
        foreach (var minutes in new[] { 59, 2, 30, 60 })
        {
            _bench.Time.Advance(TimeSpan.FromMinutes(minutes));
            Assert.True(_bench.Write(EntityRow.Of().For(1)), _bench.Entry.Error);
        }
        var report = await _bench.Features.VerifyAsync(Stop);
        Assert.Equal((16, 0), (report.Compared, report.Mismatched));
    }

    [Fact]
    public async Task Events_that_were_refused_or_late_do_not_count()
    {
        await DefineAsync(ShopFeatures.Click(1, Noon.AddMinutes(-10), 30), ShopFeatures.Profile(1, Noon.AddMinutes(-20), "\"age\":42,\"city\":\"x\""));
        await _bench.Features.AppendAsync(Stop,
            ShopFeatures.Click(1, Noon.AddDays(-2), 500), ShopFeatures.Click(1, Noon.AddMinutes(30), 700), ShopFeatures.Click(1, Noon, 1).Replace("\"amount\":1", "\"amount\":\"1\""),
            ShopFeatures.Click(1, Noon.AddMinutes(-1), 900).Replace("shopper_id", "shop_id"));
        await _bench.Features.CatchUpAsync(Stop);
        Assert.True(_bench.Write(EntityRow.Of().For(1)), _bench.Entry.Error);
        Assert.Equal(30f, _bench.Rows()[0].Dearest);
        var report = await _bench.Features.VerifyAsync(Stop);
        Assert.Equal((4, 0), (report.Compared, report.Mismatched));
    }

    [Fact]
    public async Task Rows_of_one_time_are_settled_as_the_store_settles_them()
    {
        await DefineAsync(
            Created(3, "\"age\":30,\"city\":\"a\"", "12:00:05"), Created(3, "\"age\":31,\"city\":\"b\"", "12:00:04"), Created(4, "\"age\":32,\"city\":\"c\"", "12:00:04"),
            Created(4, "\"age\":33,\"city\":\"d\"", "12:00:04"), ShopFeatures.Profile(5, Noon.AddMinutes(-1), "\"age\":34,\"city\":\"e\""), ShopFeatures.Profile(5, Noon.AddMinutes(-2), "\"age\":35,\"city\":\"f\""));
        Assert.True(_bench.Write(EntityRow.Of().For(3), EntityRow.Of().For(4), EntityRow.Of().For(5)), _bench.Entry.Error);
        Assert.Equal([30, 33, 34], _bench.Rows().Select(r => r.Age));
        var report = await _bench.Features.VerifyAsync(Stop);
        Assert.Equal((12, 0), (report.Compared, report.Mismatched));
    }

    [Fact]
    public async Task A_view_that_is_younger_than_its_events_is_not_called_wrong()
    {
        // The source is there before the view over it: the event goes to no row.
        const string Early = """{ "sources": [ { "name": "clicks", "kind": "events", "fields": [ { "name": "amount", "type": "double" } ] } ] }""";
        _bench.Features.Define(Early);
        await _bench.ApplyAsync(ShopFeatures.Click(1, Noon.AddMinutes(-10), 30));
        _bench.Features.Define(ShopFeatures.Definitions);
        await _bench.ApplyAsync(ShopFeatures.Profile(1, Noon, "\"age\":42,\"city\":\"x\""));
        Assert.True(_bench.Write(EntityRow.Of().For(1)), _bench.Entry.Error);
        Assert.Equal(-1f, _bench.Rows()[0].Dearest);
        var report = await _bench.Features.VerifyAsync(Stop);
        // Where a view begins to count is known, so what was before is no doubt.
        Assert.Equal((0, 4), (report.Mismatched, report.Compared));
        // Two hours later the event has left the window, and a new one is in it.
        _bench.Time.Advance(TimeSpan.FromHours(2));
        await _bench.ApplyAsync(ShopFeatures.Click(1, _bench.Time.GetUtcNow(), 12));
        Assert.True(_bench.Write(EntityRow.Of(("age", 1)).For(1)), _bench.Entry.Error);
        report = await _bench.Features.VerifyAsync(Stop);
        Assert.Equal((2, 0), (Of(report, "shopper_clicks:dearest").Equal, Of(report, "shopper_clicks:dearest").Mismatched));
    }

    [Fact]
    public async Task History_that_was_brought_in_counts_once_however_often_the_stream_repeats_it()
    {
        await DefineAsync(ShopFeatures.Click(1, Noon.AddMinutes(-10), 30), ShopFeatures.Profile(1, Noon, "\"age\":2,\"city\":\"x\""));
        var past = ShopFeatures.Click(1, Noon.AddMinutes(-40), 70);
        var started = await _bench.Features.Platform.Backfills.BeginAsync(new BackfillRequest("shopper_clicks", null, IsDryRun: false), Stop);
        using (var backfill = started.Backfill!)
        using (var records = new EventRecordBuffer())
        {
            Assert.True(records.TryAddJson(Encoding.UTF8.GetBytes(past), EventLimits.Default, 0, out _));
            Assert.Equal(BackfillOutcome.Ok, (await backfill.TakeAsync(records.Bytes.ToArray(), Stop)).Outcome);
        }
        await _bench.Features.CatchUpAsync(Stop);
        await _bench.Features.AppendAsync(Stop, past);
        await _bench.Features.CatchUpAsync(Stop);
        Assert.True(_bench.Write(EntityRow.Of().For(1)), _bench.Entry.Error);
        Assert.Equal(70f, _bench.Rows()[0].Dearest);
        var report = await _bench.Features.VerifyAsync(Stop);
        Assert.Equal((4, 0), (report.Compared, report.Mismatched));
        Assert.Equal(1, Of(report, "shopper_mix:spent_by_age").Equal);
    }

    [Fact]
    public async Task A_changed_definition_is_compared_as_it_was()
    {
        await DefineAsync(ShopFeatures.Click(1, Noon.AddMinutes(-50), 30), ShopFeatures.Profile(1, Noon, "\"age\":42,\"city\":\"x\""));
        Assert.True(_bench.Write(EntityRow.Of().For(1)), _bench.Entry.Error);
        _bench.Features.Define(ShopFeatures.Definitions.Replace("spent / age", "spent / age + 1").Replace("\"default\": -1", "\"default\": -2"));
        var report = await _bench.Features.VerifyAsync(Stop);
        Assert.Equal((4, 0), (report.Compared, report.Mismatched));
    }

    [Fact]
    public async Task One_verification_runs_at_a_time_and_can_be_ended()
    {
        await DefineAsync();
        var verification = _bench.Features.Platform.Verification;
        Assert.Null(verification.Current);
        var report = await _bench.Features.VerifyAsync(Stop);
        Assert.Equal((0, VerificationState.Done, 1.0), (report.Samples, verification.Current!.State, verification.Current.Progress));
        Assert.Equal(1, verification.Current.Number);
        verification.Current.Cancel();
        Assert.Equal(VerificationState.Done, verification.Current.State);
    }

    private static FeatureTally Of(VerificationReport report, string feature) => report.Features.Single(f => f.Feature.ToString() == feature);

    private static string Created(long shopper, string data, string time) =>
        ShopFeatures.Profile(shopper, Noon.AddMinutes(-20), data).Replace("\"data\"", $"\"created\":\"2026-03-01T{time}Z\",\"data\"");

    private async Task DefineAsync(params string[] events)
    {
        _bench.Features.Define(ShopFeatures.Definitions);
        if (events.Length > 0) await _bench.ApplyAsync(events);
        else await _bench.Features.CatchUpAsync(Stop);
    }
}
