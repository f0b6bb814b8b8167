using System.Text;
using Appliance.Features.Backfill;
using Appliance.Features.Sampling;
using Appliance.Features.Verification;
using Appliance.Scoring.Tests.Entities;
using FeatureModel.Events;
using FeatureModel.Values;
using TestKit;

namespace Appliance.Scoring.Tests.Samples;

/// <summary>Single samples of the shop: what is compared, and what cannot be.</summary>
public sealed class JudgedSamplesTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = EntityBench.Noon;

    private readonly EntityBench _bench = new(sampling: new SamplingOptions { Rate = 1 });

    private long _from;

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

    // A read whose thread was held up meanwhile; each view's row is as of another moment of it.
    [Theory]
    [InlineData(30, 0)]
    [InlineData(0, 40)]
    [InlineData(17, 25)]
    [InlineData(40, 40)]
    public async Task A_read_during_which_many_events_were_applied_is_right_where_each_row_was_at_some_moment_of_it(int clicks, int profiles)
    {
        await ApplyDuringAsync(40);
        Offer([
            Stored("shopper_clicks:dearest", clicks == 0 ? FeatureValue.Of(-1.0) : FeatureValue.Of((double)clicks), isDefault: clicks == 0),
            Stored("shopper_profile:age", FeatureValue.Of(100L + profiles)),
            Stored("shopper_profile:city", FeatureValue.Of($"c{profiles}")),
            Stored("shopper_mix:spent_by_age", clicks == 0 ? default : FeatureValue.Of(clicks * (clicks + 1) / 2.0 / (100 + profiles)), isDefault: clicks == 0),
        ]);
        var report = await _bench.Features.VerifyAsync(Stop);
        Assert.Equal((4, 0), (report.Compared, report.Mismatched));
    }

    [Fact]
    public async Task What_no_moment_of_a_long_read_gives_is_called_wrong_for_its_feature_alone()
    {
        await ApplyDuringAsync(40);
        Offer([
            Stored("shopper_clicks:dearest", FeatureValue.Of(17.0)),
            Stored("shopper_profile:age", FeatureValue.Of(125L)),
            Stored("shopper_profile:city", FeatureValue.Of("c25")),
            Stored("shopper_mix:spent_by_age", FeatureValue.Of(18 * 19 / 2.0 / 125)),
        ]);
        var report = await _bench.Features.VerifyAsync(Stop);
        Assert.Equal("shopper_mix:spent_by_age", Assert.Single(report.Features, f => f.Mismatched > 0).Feature.ToString());
        Assert.Equal((4, 1), (report.Compared, report.Mismatched));
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public async Task More_moments_than_are_compared_are_not_verifiable(int events, bool isVerifiable)
    {
        await ApplyDuringAsync(events);
        Offer([Stored("shopper_clicks:dearest", FeatureValue.Of(200.0))]);
        var report = await _bench.Features.VerifyAsync(Stop);
        Assert.Equal((isVerifiable ? 1 : 0, 0), (report.Compared, report.Mismatched));
        Assert.Equal(isVerifiable ? 0 : 1, Of(report, "shopper_clicks:dearest").UnverifiableFor(UnverifiableReason.TooManyStates));
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

    // From here on events are applied that a sample of `Offer` may have seen: the n-th click is of n, the n-th profile of age 100 + n.
    private async Task ApplyDuringAsync(int events)
    {
        await DefineAsync(ShopFeatures.Profile(1, Noon.AddHours(-1), "\"age\":100,\"city\":\"c0\""));
        _from = _bench.Features.Platform.Samples.Progress.Completed;
        await _bench.ApplyAsync([.. Enumerable.Range(1, events).SelectMany(Both)]);

        static string[] Both(int n) => [ShopFeatures.Click(1, Noon.AddMinutes(-10), n), ShopFeatures.Profile(1, Noon.AddHours(-1).AddSeconds(n), $"\"age\":{100 + n},\"city\":\"c{n}\"")];
    }

    private void Offer(SampledValue[] values)
    {
        var samples = _bench.Features.Platform.Samples;
        samples.Offer(new ServedSample
        {
            Model = ShopFeatures.Model, ModelVersion = 1, Service = "shop", ServiceVersion = 1, Revision = _bench.Features.Platform.Registry.State.Revision,
            ReadAt = (Noon - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, From = _from, To = samples.Progress.Started,
            Columns = [new SampledColumn("shopper_id", IsKey: true, FeatureValue.Of(1L))], Values = values,
        });
    }

    private static SampledValue Stored(string feature, FeatureValue value, bool isDefault = false) =>
        new(feature, value, isDefault ? SampledSource.Defaulted : SampledSource.Stored, 0);

    private static string Created(long shopper, string data, string time) =>
        ShopFeatures.Profile(shopper, Noon.AddMinutes(-20), data).Replace("\"data\"", $"\"created\":\"2026-03-01T{time}Z\",\"data\"");

    private async Task DefineAsync(params string[] events)
    {
        _bench.Features.Define(ShopFeatures.Definitions);
        if (events.Length > 0) await _bench.ApplyAsync(events);
        else await _bench.Features.CatchUpAsync(Stop);
    }
}
