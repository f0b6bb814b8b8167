using Appliance.Features.Ingest;
using TestKit;

namespace Appliance.Features.Tests.Ingest;

public sealed class FeatureIngestorTests
{
    [Fact]
    public async Task Every_event_is_applied_once_and_the_positions_follow()
    {
        using var rig = new IngestRig(IngestRig.Events(100), pageSize: 30);
        for (var i = 0; i < 4; i++) await rig.StepAsync();

        Assert.Equal((4950, 100), rig.Totals());
        Assert.Equal((100, 100), (rig.Statistics.Applied, rig.Ingestor.Positions.Next(ScriptedEventSource.Partition)));
        Assert.True(rig.Ingestor.HasCaughtUp);
    }

    [Fact]
    public async Task A_poisoned_event_goes_to_the_dead_letters_and_the_next_ones_on()
    {
        var events = IngestRig.Events(10);
        events[3] = IngestRig.Event("""{"source":"visits","type":"v","entity":{"member_id":"three"},"time":"2025-06-01T11:00:00Z","data":{"spent":3}}""");
        using var rig = new IngestRig(events, pageSize: 100);

        await rig.StepAsync();

        Assert.Equal((42, 9), rig.Totals());
        Assert.Equal((3L, RefusalReason.WrongEntity), (rig.Letters.Letters.Single().Position, rig.Letters.Letters.Single().Reason));
        Assert.Equal(1, rig.Statistics.Refused(RefusalReason.WrongEntity));
    }

    [Fact]
    public async Task It_has_caught_up_once_the_last_event_is_applied_and_not_when_it_is_read()
    {
        var poisoned = IngestRig.Event("""{"source":"visits","type":"v","entity":{"member_id":"three"},"time":"2025-06-01T11:00:00Z","data":{"spent":3}}""");
        // One more than letters that may wait: the last one stands in the page, read and not applied.
        using var rig = new IngestRig([.. Enumerable.Repeat(poisoned, 1_001)], pageSize: 2_000);
        rig.Letters.TakesLetters = false;
        var step = rig.StepAsync();
        while (!step.IsCompleted) await MoveAsync(rig);
        await step;
        Assert.Equal((0L, false), (rig.Source.Lag, rig.Ingestor.HasCaughtUp));

        rig.Letters.TakesLetters = true;
        await rig.StepAsync();
        Assert.True(rig.Ingestor.HasCaughtUp);
    }

    [Fact]
    public async Task A_checkpoint_is_taken_when_it_is_due_and_not_before_the_dead_letters_are_safe()
    {
        using var rig = new IngestRig(IngestRig.Events(100), pageSize: 10);
        await rig.StepAsync();
        Assert.False(rig.Table.IsCheckpointing);

        rig.Time.Advance(TimeSpan.FromSeconds(5));
        rig.Letters.TakesLetters = false;
        await rig.StepAsync();
        Assert.False(rig.Table.IsCheckpointing);

        rig.Letters.TakesLetters = true;
        await rig.StepAsync();
        await rig.Ingestor.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal(30, rig.Source.Durable?.Next(ScriptedEventSource.Partition));
    }

    [Fact]
    public async Task A_full_disk_stops_events_without_losing_one_and_they_go_on_with_the_disk()
    {
        using var rig = new IngestRig(IngestRig.Events(2_000), pageSize: 200);
        await rig.StepAsync();
        rig.Disk.FailNow(DiskFault.Full);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        var blocked = BlockedAsync(rig);
        // What was applied can be read all the while.
        Assert.True(rig.Totals().Count >= 200);
        await blocked;

        rig.Disk.Heal();
        while (rig.Statistics.Applied < 2_000)
        {
            var step = rig.StepAsync();
            while (!step.IsCompleted) await MoveAsync(rig);
            await step;
        }
        Assert.Equal((1999 * 1000, 2_000), rig.Totals());
    }

    [Fact]
    public async Task An_event_that_is_half_applied_goes_on_by_the_definitions_it_began_with()
    {
        using var rig = new IngestRig(IngestRig.Events(5_000), pageSize: 500);
        rig.Disk.FailNow(DiskFault.Full);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        await BlockedAsync(rig);
        rig.Catalog.Replace(rig.Reordered());
        rig.Disk.Heal();
        while (rig.Statistics.Applied < 5_000)
        {
            var step = rig.StepAsync();
            while (!step.IsCompleted) await MoveAsync(rig);
            await step;
        }
        Assert.Equal((4999L * 2500, 5_000L), rig.Totals());
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_dead_letters_that_cannot_be_written()
    {
        using var rig = new IngestRig(IngestRig.Events(10), pageSize: 10);
        await rig.StepAsync();
        rig.Letters.TakesLetters = false;

        await rig.Ingestor.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Null(rig.Source.Durable);
    }

    [Fact]
    public async Task The_last_checkpoint_before_a_stop_is_written_without_rests()
    {
        using var rig = new IngestRig(IngestRig.Events(500), pageSize: 500);
        await rig.StepAsync();

        await rig.Ingestor.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal(500, rig.Source.Durable?.Next(ScriptedEventSource.Partition));
        // Only what is written with rests is brought out of the system's cache piece by piece.
        Assert.Equal(0, rig.Disk.WriteOuts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_crash_at_any_step_loses_no_event_and_applies_none_twice(int seed)
    {
        const int Count = 3_000;
        var random = new Random(seed);
        using var rig = new IngestRig(IngestRig.Events(Count), pageSize: 37);
        for (var crashes = 0; rig.Ingestor.Positions.Next(ScriptedEventSource.Partition) is null or < Count;)
        {
            await rig.StepAsync();
            if (random.Next(6) == 0) rig.Time.Advance(TimeSpan.FromSeconds(5));
            if (random.Next(10) == 0) await rig.Ingestor.FlushAsync(TestContext.Current.CancellationToken);
            if (crashes >= 12 || random.Next(8) != 0) continue;
            crashes++;
            rig.Crash();
        }
        Assert.Equal(((long)Count * (Count - 1) / 2, Count), rig.Totals());
    }

    private static async Task BlockedAsync(IngestRig rig)
    {
        for (var i = 0; i < 1_000 && rig.Statistics.BlockedSteps == 0 && rig.Statistics.FailedCheckpoints == 0 && rig.Statistics.Lag != 0; i++)
        {
            var step = rig.StepAsync();
            while (!step.IsCompleted) await MoveAsync(rig);
            await step;
        }
    }

    // A blocked step waits a second of the clock that the test owns.
    private static async Task MoveAsync(IngestRig rig)
    {
        if (rig.Time.ActiveTimers > 0) rig.Time.Advance(TimeSpan.FromSeconds(1));
        await Task.Yield();
    }
}
