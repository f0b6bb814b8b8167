using Appliance.Features.Backfill;
using Appliance.Features.Ingest;
using Appliance.Features.Tests.Journal;

namespace Appliance.Features.Tests.Backfill;

public sealed class FeatureBackfillsTests : IAsyncDisposable
{
    private const string View = "activity";

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly BackfillBed _bed = new(Noon);

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task An_unknown_view_is_refused_with_the_nearest_name()
    {
        await DeclareAsync();
        var started = await BeginAsync("activty");
        Assert.Equal(BackfillOutcome.NotFound, started.Outcome);
        Assert.Contains("'activty'", started.Reason, StringComparison.Ordinal);
        Assert.Contains("activity", started.Reason[started.Reason.IndexOf(';', StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_view_is_given_history_by_one_call_at_a_time()
    {
        await DeclareAsync();
        using (await _bed.BeginAsync(View))
        {
            Assert.Equal(BackfillOutcome.Busy, (await BeginAsync(View)).Outcome);
            var reader = Assert.Single(_bed.Platform.Journal.ListReaders(), r => r.Name.StartsWith("backfill.", StringComparison.Ordinal));
            Assert.False(_bed.Platform.TryRemoveReader(reader.Name, out _));
        }
        (await _bed.BeginAsync(View)).Dispose();
        Assert.DoesNotContain(_bed.Platform.Journal.ListReaders(), r => r.Name.StartsWith("backfill", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_view_that_was_changed_after_it_began_is_refused_and_one_that_was_declared_again_is_not()
    {
        await DeclareAsync();
        await _bed.SendAsync(Event(1));
        await _bed.CatchUpAsync();
        _bed.Declare(ShopEvents.Everything(View));
        await _bed.CatchUpAsync();
        var changed = await BeginAsync(View);
        Assert.Equal(BackfillOutcome.NotPossible, changed.Outcome);
        Assert.Contains("was changed since it began to count", changed.Reason, StringComparison.Ordinal);

        _bed.Delete(View);
        _bed.Declare(ShopEvents.Count(View));
        await _bed.CatchUpAsync();
        // What the view of that name counted before is not this one's, so it comes as history.
        Assert.Equal(2, (await _bed.BackfillAsync(View, Event(1), Event(2))).Appended);
        await _bed.SendAsync(Event(3));
        await _bed.CatchUpAsync();
        Assert.Equal(3, _bed.Read(View, 1)[0].AsInt64);
    }

    [Fact]
    public async Task History_of_a_view_that_was_deleted_does_not_count_in_the_one_that_takes_its_name()
    {
        await DeclareAsync();
        await _bed.BackfillAsync(View, Event(1), Event(2));
        _bed.Delete(View);
        await _bed.CatchUpAsync();
        _bed.Declare(ShopEvents.Count(View));
        await _bed.CatchUpAsync();
        await _bed.SendAsync(Event(1));
        await _bed.CatchUpAsync();
        Assert.Equal(1, _bed.Read(View, 1)[0].AsInt64);
        // Nor where all is applied again.
        await _bed.LoseStoreAsync();
        await _bed.CatchUpAsync();
        Assert.Equal(1, _bed.Read(View, 1)[0].AsInt64);
    }

    [Fact]
    public async Task A_backfill_whose_view_is_changed_meanwhile_ends()
    {
        await DeclareAsync();
        using var backfill = await _bed.BeginAsync(View);
        _bed.Delete(View);
        var step = await backfill.TakeAsync(BackfillBed.Records([Event(1)]), BackfillBed.Cancellation);
        Assert.Equal((BackfillOutcome.NotPossible, "feature view 'activity' was changed or deleted meanwhile"), (step.Outcome, step.Reason));
    }

    [Fact]
    public async Task Where_the_journal_no_longer_reaches_back_to_the_views_start_what_the_view_has_cannot_be_told()
    {
        _bed.Options.Journal.RetainBytes = 1;
        _bed.Options.Journal.DedupEvents = 1;
        await DeclareAsync();
        await _bed.SendAsync([.. Enumerable.Range(0, 6_000).Select(i => Event(i))]);
        await _bed.CatchUpAsync();
        // Two checkpoints are kept: the second lets go of what is before the first.
        await _bed.Platform.FlushAsync();
        await _bed.SendAsync(Event(6_000));
        await _bed.CatchUpAsync();
        await _bed.Platform.FlushAsync();
        _bed.Platform.Journal.ApplyRetention();
        var started = await BeginAsync(View);
        Assert.Equal(BackfillOutcome.NotPossible, started.Outcome);
        Assert.Contains("the journal no longer has what feature view 'activity' counted first", started.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_view_that_the_loop_does_not_take_up_is_not_waited_for_without_end()
    {
        await _bed.StartAsync();
        _bed.Declare(ShopEvents.Count(View));
        var starting = BeginAsync(View);
        Assert.False(starting.IsCompleted);
        _bed.Time.Advance(_bed.Options.Features.Backfill.StartPatience);
        Assert.Equal(BackfillOutcome.Unavailable, (await starting).Outcome);
    }

    [Fact]
    public async Task A_view_that_was_just_declared_is_waited_for()
    {
        await _bed.StartAsync();
        _bed.Declare(ShopEvents.Count(View));
        var starting = BeginAsync(View);
        await _bed.StepAsync();
        var started = await starting;
        Assert.True(started.Outcome == BackfillOutcome.Ok, started.Reason);
        started.Backfill!.Dispose();
    }

    [Fact]
    public async Task Where_events_come_from_Kafka_history_is_refused_with_the_way_that_there_is()
    {
        using var journal = new JournalBed();
        var backfills = new FeatureBackfills(journal.Journal, new CatalogHolder(), starts: null, new BackfillOptions(), new IngestOptions(), journal.Time);
        var started = await backfills.BeginAsync(new BackfillRequest(View, null, IsDryRun: false), BackfillBed.Cancellation);
        Assert.Equal(BackfillOutcome.NotPossible, started.Outcome);
        Assert.Contains("produce the history to the topic", started.Reason, StringComparison.Ordinal);
    }

    private async Task DeclareAsync()
    {
        await _bed.StartAsync();
        _bed.Declare(ShopEvents.Count(View));
        await _bed.CatchUpAsync();
    }

    private Task<BackfillStart> BeginAsync(string view) => _bed.Platform.Backfills.BeginAsync(new BackfillRequest(view, null, IsDryRun: false), BackfillBed.Cancellation);

    private static string Event(int id) =>
        $$$"""{"id":"{{{id}}}","source":"member_events","type":"visit","entity":{"member_id":1},"time":"2026-03-01T11:00:00Z","data":{}}""";
}
