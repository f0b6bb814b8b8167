using Appliance.Features.Ingest;
using Appliance.Features.Reading;

namespace Appliance.Features.Tests.Ingest;

public sealed class FreshnessTests
{
    [Fact]
    public async Task An_event_is_counted_for_each_view_with_the_time_until_it_could_be_read()
    {
        using var rig = new IngestRig(IngestRig.Events(30), pageSize: 10);
        await rig.StepAsync();
        rig.Time.Advance(TimeSpan.FromHours(1));
        await rig.StepAsync();
        foreach (var view in (string[])["day", "hours"])
        {
            var fresh = Of(rig, view)!;
            // They happened at 11:00, and it was 12:00 and then 13:00.
            Assert.Equal(20, fresh.EventToReadable.Counts().Sum());
            Assert.Equal(10, fresh.EventToReadable.Counts()[fresh.EventToReadable.BoundsMicros.IndexOf(3_600_000_000)]);
            Assert.Equal(30L * 3_600_000_000, fresh.EventToReadable.SumMicros);
            Assert.Equal(FeatureStage.Micros(IngestRig.Now.AddHours(-1)), fresh.NewestEventTime);
        }
    }

    [Fact]
    public async Task After_a_restart_the_newest_event_time_is_that_of_the_checkpoint()
    {
        using var rig = new IngestRig(IngestRig.Events(30), pageSize: 30);
        await rig.StepAsync();
        await rig.Ingestor.FlushAsync(TestContext.Current.CancellationToken);
        rig.Crash();
        var fresh = Of(rig, "day")!;
        Assert.Equal(FeatureStage.Micros(IngestRig.Now.AddHours(-1)), fresh.NewestEventTime);
        Assert.Equal(0, fresh.EventToReadable.Counts().Sum());
    }

    [Fact]
    public void A_view_without_events_is_not_known()
    {
        using var rig = new IngestRig([], pageSize: 1);
        Assert.Null(Of(rig, "day"));
    }

    [Fact]
    public void An_event_from_the_future_is_readable_at_once_and_counts_as_of_now()
    {
        var fresh = new ViewFreshness(bornLayout: 1);
        Assert.Null(fresh.NewestEventTime);
        fresh.Count(eventTime: 2_000, now: 1_000);
        Assert.Equal((1_000L, 0L), (fresh.NewestEventTime, fresh.EventToReadable.SumMicros));
        fresh.Count(eventTime: 500, now: 1_100);
        Assert.Equal(1_000, fresh.NewestEventTime);
    }

    [Fact]
    public void Newest_event_times_travel_with_the_positions_and_disturb_no_clock_of_a_source()
    {
        var saved = new FreshnessStatistics { Now = 100 };
        var far = View(40);
        saved.Count(View(1), 7);
        saved.Count(far, -3);
        var positions = new StreamPositions();
        positions.Advance("journal/visits", 90);
        saved.SaveTo(positions);
        Assert.True(StreamPositions.TryParse(positions.ToBytes(), out var read));

        var loaded = new FreshnessStatistics();
        loaded.LoadFrom(read);

        Assert.Equal((7L, -3L), (loaded.Of(View(1))!.NewestEventTime, loaded.Of(far)!.NewestEventTime));
        Assert.Null(loaded.Of(View(2)));
        Assert.Equal(90, read.Newest("journal/visits"));
    }

    [Fact]
    public void A_view_that_is_declared_again_has_nothing_of_the_one_before_it_also_after_a_restart()
    {
        var (deleted, again) = (View(1, bornLayout: 1), View(1, bornLayout: 2));
        var fresh = new FreshnessStatistics { Now = 100 };
        fresh.Count(deleted, 90);
        Assert.Null(fresh.Of(again));
        var positions = new StreamPositions();
        fresh.SaveTo(positions);
        fresh.Count(again, 40);
        Assert.Equal((40L, 1L), (fresh.Of(again)!.NewestEventTime, fresh.Of(again)!.EventToReadable.Counts().Sum()));
        Assert.Null(fresh.Of(deleted));

        fresh.SaveTo(positions);
        var loaded = new FreshnessStatistics();
        loaded.LoadFrom(positions);

        Assert.Equal(40, loaded.Of(again)!.NewestEventTime);
        Assert.Null(loaded.Of(deleted));
    }

    [Fact]
    public async Task What_waits_and_when_a_round_ended_well_is_known()
    {
        using var rig = new IngestRig(IngestRig.Events(20), pageSize: 10);
        Assert.Equal((-1L, 0L, 0L), (rig.Statistics.Lag, rig.Statistics.WaitingSince, rig.Statistics.LastRound));
        await rig.StepAsync();
        // The events were taken at noon; ten of them are not applied.
        Assert.Equal((10L, FeatureStage.Micros(IngestRig.Now)), (rig.Statistics.Lag, rig.Statistics.WaitingSince));
        Assert.Equal((10L, FeatureStage.Micros(IngestRig.Now)), (rig.Statistics.UnsavedEvents, rig.Statistics.LastRound));
        rig.Time.Advance(TimeSpan.FromSeconds(4));
        await rig.StepAsync();
        Assert.Equal((0L, 0L), (rig.Statistics.Lag, rig.Statistics.WaitingSince));
        Assert.Equal(FeatureStage.Micros(IngestRig.Now.AddSeconds(4)), rig.Statistics.LastRound);
        await rig.Ingestor.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0L, 1L, 1L), (rig.Statistics.UnsavedEvents, rig.Statistics.Checkpoints, rig.Statistics.CheckpointDurations.Counts().Sum()));
        Assert.Equal(FeatureStage.Micros(IngestRig.Now.AddSeconds(4)), rig.Statistics.LastCheckpointTime);
    }

    [Fact]
    public async Task Dead_letters_wait_until_they_are_written()
    {
        var events = IngestRig.Events(3);
        events[1] = IngestRig.Event("""{"source":"visits","type":"v","entity":{"member_id":"x"},"time":"2025-06-01T11:00:00Z","data":{"spent":3}}""");
        using var rig = new IngestRig(events, pageSize: 3);
        rig.Letters.TakesLetters = false;
        await rig.StepAsync();
        await rig.Ingestor.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1L, 1L), (rig.Statistics.WaitingLetters, rig.Statistics.FailedLetterFlushes));
        rig.Letters.TakesLetters = true;
        await rig.Ingestor.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0L, 1L), (rig.Statistics.WaitingLetters, rig.Statistics.FailedLetterFlushes));
    }

    private static ViewFreshness? Of(IngestRig rig, string view) =>
        rig.Catalog.Current.TryFindView(view, out var served) ? rig.Statistics.Freshness.Of(served) : throw new ArgumentException(view);

    private static ServedView View(uint number, uint bornLayout = 1) => new()
    {
        Name = $"v{number}", Version = 1, Number = number, BornLayout = bornLayout, Kind = ViewKind.Batch, JoinKeys = [], Features = [], TtlMicros = long.MaxValue,
    };
}
