using Appliance.Features.Backfill;
using FeatureModel.Values;

namespace Appliance.Features.Tests.Backfill;

public sealed class ViewBackfillTests : IAsyncLifetime
{
    private const string View = "activity";

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly BackfillBed _bed = new(Noon);

    public async ValueTask InitializeAsync()
    {
        await _bed.StartAsync();
        _bed.Declare(ShopEvents.Count(View));
        _bed.Declare(ShopEvents.Count("other"));
        await _bed.CatchUpAsync();
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task History_counts_in_its_view_alone_and_each_event_once()
    {
        Assert.Equal(new BackfillCounts(3, 2, 1, 0, 0), await _bed.BackfillAsync(View, Event(1), Event(2), Event(1)));
        await _bed.CatchUpAsync();
        Assert.Equal((2, 0), (Count(View), Count("other")));
    }

    [Fact]
    public async Task What_the_stream_brought_before_or_brings_later_counts_once()
    {
        await _bed.SendAsync(Event(1));
        Assert.Equal(new BackfillCounts(3, 2, 1, 0, 0), await _bed.BackfillAsync(View, Event(1), Event(2), Event(3)));
        await _bed.SendAsync(Event(2), Event(4));
        await _bed.CatchUpAsync();
        Assert.Equal((4, 3), (Count(View), Count("other")));
    }

    [Fact]
    public async Task History_is_never_late_and_makes_no_event_of_the_stream_late()
    {
        await _bed.SendAsync(Event(1, "11:00:00"));
        _bed.Declare(ShopEvents.Count("long_view", "30d"));
        await _bed.CatchUpAsync();
        await _bed.BackfillAsync("long_view", Event(2, day: "2026-02-10"), Event(3, "11:59:59"));
        await _bed.SendAsync(Event(4, "11:30:00", day: "2026-02-28"));
        await _bed.CatchUpAsync();
        Assert.Equal(4, Count("long_view"));
        Assert.Equal(0, _bed.Platform.Statistics.Refused(Appliance.Features.Ingest.RefusalReason.Late));
    }

    [Fact]
    public async Task Ids_of_history_are_remembered_until_the_stream_can_bring_them_no_more()
    {
        await _bed.SendAsync(Event(1));
        await _bed.BackfillAsync(View, Event(2), Event(3));
        await _bed.CatchUpAsync();
        Assert.Equal((2, 0), (Remembered(View), Remembered("other")));

        _bed.Time.Advance(TimeSpan.FromDays(3));
        await _bed.SendAsync(Event(4, day: "2026-03-04"));
        await _bed.CatchUpAsync();
        await _bed.Platform.FlushAsync();
        Assert.Equal(0, Remembered(View));
    }

    [Fact]
    public async Task A_dry_run_counts_and_changes_nothing()
    {
        await _bed.SendAsync(Event(1));
        using (var backfill = await _bed.BeginAsync(View, isDryRun: true))
        {
            await backfill.TakeAsync(BackfillBed.Records([Event(1), Event(2), Event(2)]), BackfillBed.Cancellation);
            Assert.Equal(new BackfillCounts(3, 1, 2, 0, 0), backfill.Counts);
        }
        await _bed.CatchUpAsync();
        Assert.Equal((1, 1), (Count(View), _bed.Platform.Journal.Records));
    }

    [Fact]
    public async Task Events_from_the_given_moment_on_are_passed_over()
    {
        using (var backfill = await _bed.BeginAsync(View, until: FeatureStage.Micros(Noon.AddHours(-1))))
        {
            await backfill.TakeAsync(BackfillBed.Records([Event(1, "10:59:59"), Event(2, "11:00:00")]), BackfillBed.Cancellation);
            Assert.Equal(new BackfillCounts(2, 1, 0, 1, 0), backfill.Counts);
        }
    }

    [Fact]
    public async Task What_can_never_be_applied_is_told_by_its_place_with_member_value_and_rule()
    {
        using var backfill = await _bed.BeginAsync(View);
        string[] events =
        [
            Event(1), Event(2).Replace("member_events", "shop", StringComparison.Ordinal), Event(3).Replace("member_id", "store_id", StringComparison.Ordinal),
            Event(4).Replace("\"member_id\":1", "\"member_id\":\"one\"", StringComparison.Ordinal), Event(5).Replace("{}", """{"points":"many"}""", StringComparison.Ordinal),
            Event(6, day: "2026-03-02"), Event(7).Replace("visit", "row", StringComparison.Ordinal), Event(8),
        ];
        var step = await backfill.TakeAsync(BackfillBed.Records(events), BackfillBed.Cancellation);
        Assert.Equal(
            [
                new BackfillRefusal(1, "source is 'shop'; the source of feature view 'activity' is 'member_events'"),
                new BackfillRefusal(2, "entity.member_id is missing; feature view 'activity' needs it"),
                new BackfillRefusal(3, "entity.member_id is 'one'; it must be int64, as feature view 'activity' needs it"),
                new BackfillRefusal(4, "data.points is 'many'; it must be int64"),
                new BackfillRefusal(5, "time is 2026-03-02T11:00:00Z; history must not lie in the future"),
                new BackfillRefusal(6, "type is 'row'; a stream view counts events"),
            ], step.Refusals);
        Assert.Equal(new BackfillCounts(8, 2, 0, 0, 6), backfill.Counts);
    }

    [Fact]
    public async Task A_replay_of_the_journal_brings_what_the_stream_had_before_the_view()
    {
        await _bed.SendAsync([.. Enumerable.Range(0, 3_000).Select(i => Event(i))]);
        await _bed.CatchUpAsync();
        _bed.Declare(ShopEvents.Count("young"));
        await _bed.CatchUpAsync();
        await _bed.SendAsync(Event(3_000));
        for (var run = 0; run < 2; run++)
        {
            using var backfill = await _bed.BeginAsync("young");
            while (await backfill.TakeJournalAsync(BackfillBed.Cancellation) is { IsAtEnd: false } step) Assert.Equal(BackfillOutcome.Ok, step.Outcome);
            Assert.Equal(run == 0 ? (3_000, 0) : (0, 3_000), (backfill.Counts.Appended, backfill.Counts.AlreadyThere));
            await _bed.CatchUpAsync();
            Assert.Equal((3_001, 3_001), (Count("young"), Count(View)));
        }
    }

    [Fact]
    public async Task More_events_than_ids_are_kept_for_end_it_with_the_setting_and_nothing_is_counted_twice_afterwards()
    {
        _bed.Options.Features.Backfill.MaxIds = 5;
        await _bed.SendAsync(Event(0));
        BackfillStep step;
        using (var backfill = await _bed.BeginAsync(View)) step = await backfill.TakeAsync(BackfillBed.Records(Enumerable.Range(0, 9).Select(i => Event(i))), BackfillBed.Cancellation);
        Assert.Equal(BackfillOutcome.TooMany, step.Outcome);
        Assert.Contains("Features:Backfill:MaxIds", step.Reason, StringComparison.Ordinal);

        _bed.Options.Features.Backfill.MaxIds = 100;
        await _bed.BackfillAsync(View, [.. Enumerable.Range(0, 9).Select(i => Event(i))]);
        await _bed.CatchUpAsync();
        Assert.Equal(9, Count(View));
    }

    [Fact]
    public async Task More_than_the_journal_may_have_waiting_for_the_disk_goes_in_all_the_same()
    {
        var events = Enumerable.Range(0, 5_000).Select(i => Event(i)).ToList();
        Assert.True(BackfillBed.Records(events).Length > 2 * _bed.Options.Journal.MaxPendingBytes);
        Assert.Equal(5_000, (await _bed.BackfillAsync(View, events)).Appended);
        await _bed.CatchUpAsync();
        Assert.Equal(5_000, Count(View));
    }

    private long Count(string view) => _bed.Read(view, 1)[0] is { IsNull: false } value ? value.AsInt64 : 0;

    private int Remembered(string view) => _bed.Platform.Catalog.Current.TryFindView(view, out var served) ? _bed.Platform.RememberedHistory(served) : -1;

    private static string Event(int id, string time = "11:00:00", string day = "2026-03-01") =>
        $$$"""{"id":"{{{id}}}","source":"member_events","type":"visit","entity":{"member_id":1},"time":"{{{day}}}T{{{time}}}Z","data":{}}""";
}
