using Appliance.Features.Journal;
using FeatureModel.Events;

namespace Appliance.Features.Tests.Journal;

public sealed class FeatureJournalTests : IDisposable
{
    private readonly JournalBed _bed = new();

    public void Dispose() => _bed.Dispose();

    private static IEnumerable<long> To(long count) => Enumerable.Range(0, (int)count).Select(i => (long)i);

    [Fact]
    public void What_is_durable_is_read_in_order_over_pages_and_files()
    {
        var positions = _bed.Append(0, 500);
        Assert.Equal(positions.Order().Distinct(), positions);
        Assert.True(_bed.Journal.EndPosition > 4 * _bed.Options.SegmentBytes);
        Assert.Equal(To(500), JournalBed.Numbers(_bed.Journal));
        Assert.Equal(To(500).Skip(300), JournalBed.Numbers(_bed.Journal, positions[300]));
    }

    [Fact]
    public void Positions_and_records_are_the_same_after_a_restart_and_new_ones_follow()
    {
        var before = _bed.Append(0, 100);
        _bed.Reopen();
        Assert.Equal(To(100).Skip(50), JournalBed.Numbers(_bed.Journal, before[50]));
        var after = _bed.Append(100, 100);
        Assert.True(after[0] > before[^1]);
        for (var i = 0; i < 5; i++) _bed.Reopen();
        Assert.Equal(To(200), JournalBed.Numbers(_bed.Journal));
        Assert.Equal(200, _bed.Journal.Records);
    }

    [Fact]
    public void A_repeated_event_is_told_where_the_original_stands()
    {
        var positions = _bed.Append(0, 10);
        Assert.Equal(new JournalAppend(JournalOutcome.Ok, positions[3], Duplicate: true), _bed.Journal.Append(JournalBed.Record(3)));
        _bed.Reopen();
        Assert.Equal(new JournalAppend(JournalOutcome.Ok, positions[3], Duplicate: true), _bed.Journal.Append(JournalBed.Record(3)));
        Assert.Equal(1, _bed.Journal.Duplicates);
        Assert.Equal(To(10), JournalBed.Numbers(_bed.Journal));
    }

    [Fact]
    public void Moments_for_rows_lie_behind_what_was_taken_before_and_not_behind_what_comes()
    {
        var now = _bed.Time.GetUtcNow();
        _bed.Append(0, 1);
        var first = _bed.Journal.TakeMoments(3);
        Assert.Equal(FeatureStage.Micros(now) + 1, first);
        Assert.Equal(first + 3, _bed.Journal.TakeMoments(0));
        Assert.Equal(first + 4, _bed.Journal.TakeMoments(1));
        _bed.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FeatureStage.Micros(now) + 1_000_000, _bed.Journal.TakeMoments(1));
    }

    [Fact]
    public void Past_the_horizon_a_repeated_event_is_new()
    {
        _bed.Append(0, 1);
        _bed.Time.Advance(_bed.Options.DedupHorizon - TimeSpan.FromSeconds(1));
        Assert.True(_bed.Journal.Append(JournalBed.Record(0)).Duplicate);
        _bed.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(_bed.Journal.Append(JournalBed.Record(0)).Duplicate);
    }

    [Fact]
    public void Only_so_many_newest_ids_are_remembered_after_a_restart_too()
    {
        _bed.Options.DedupEvents = 50;
        _bed.Append(0, 200);
        _bed.Reopen();
        Assert.Equal(50, _bed.Journal.RememberedIds);
        Assert.True(_bed.Journal.Append(JournalBed.Record(150)).Duplicate);
        Assert.False(_bed.Journal.Append(JournalBed.Record(149)).Duplicate);
    }

    [Fact]
    public void The_journal_sets_the_ingest_time_and_it_never_runs_back()
    {
        _bed.Append(0, 1);
        _bed.Time.Advance(TimeSpan.FromSeconds(-5));
        _bed.Append(1, 1);
        _bed.Time.Advance(TimeSpan.FromSeconds(6));
        _bed.Append(2, 1);
        using var reader = _bed.Journal.ReadFrom(0);
        Assert.Equal(JournalReadOutcome.Records, reader.Read());
        var times = new List<long>();
        foreach (var entry in reader.Batch)
        {
            Assert.True(EventRecord.TryParse(entry.Bytes, out var record));
            times.Add(record.IngestTime - 1767225600_000000);
        }
        Assert.Equal([0, 0, 1_000_000], times);
    }

    [Fact]
    public void Many_at_once_are_taken_in_order_and_a_bad_one_ends_it()
    {
        byte[] records = [.. JournalBed.Record(0), .. JournalBed.Record(1), .. JournalBed.Record(0), .. new byte[64]];
        var results = new JournalAppend[4];
        Assert.Equal(JournalOutcome.InvalidRecord, _bed.Journal.Append(records, results, out var taken));
        Assert.Equal(3, taken);
        Assert.Equal([false, false, true], results.Take(3).Select(r => r.Duplicate));
        Assert.Equal(results[0].Position, results[2].Position);
        _bed.Wait(results[1].Position);
        Assert.Equal(To(2), JournalBed.Numbers(_bed.Journal));
    }

    [Fact]
    public void What_is_no_record_or_does_not_fit_a_page_is_refused()
    {
        Assert.Equal(JournalOutcome.InvalidRecord, _bed.Journal.Append("not a record"u8).Outcome);
        Assert.Equal(JournalOutcome.InvalidRecord, _bed.Journal.Append([.. JournalBed.Record(1), 0]).Outcome);
        Assert.Equal(JournalOutcome.TooLarge, _bed.Journal.Append(JournalBed.Record(1, 4096)).Outcome);
        var largest = JournalBed.Record(1, _bed.Journal.MaxRecordBytes - JournalBed.Record(1, 0).Length);
        Assert.Equal(_bed.Journal.MaxRecordBytes, largest.Length);
        _bed.Wait(_bed.Journal.Append(largest).Position);
        Assert.Equal([1], JournalBed.Numbers(_bed.Journal));
        Assert.Equal(3, _bed.Journal.Refused);
    }

    [Fact]
    public void Closing_brings_everything_to_the_disk_and_then_refuses()
    {
        var journal = _bed.Journal;
        for (var i = 0; i < 50; i++) journal.Append(JournalBed.Record(i));
        journal.Dispose();
        Assert.Equal(JournalOutcome.Closed, journal.Append(JournalBed.Record(50)).Outcome);
        Assert.Equal(To(50), JournalBed.Numbers(_bed.Reopen()));
    }

    [Fact]
    public void A_folder_that_is_open_is_refused_to_others()
    {
        _ = _bed.Journal;
        Assert.Throws<IOException>(() => new JournalDisk(_bed.Folder));
    }

    [Fact]
    public async Task Appends_of_many_threads_are_each_there_once_and_in_the_order_of_each_thread()
    {
        const int threads = 4, each = 2000;
        var journal = _bed.Journal;
        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
            {
                // Every event is sent by two threads.
                var number = ((thread / 2) * each) + i;
                JournalAppend result;
                while ((result = journal.Append(JournalBed.Record(number))).Outcome == JournalOutcome.Overloaded)
                    await journal.WaitDurableAsync(journal.DurablePosition, TestContext.Current.CancellationToken);
                Assert.Equal(JournalOutcome.Ok, result.Outcome);
                if (i % 100 == 99) Assert.Equal(JournalOutcome.Ok, await journal.WaitDurableAsync(result.Position, TestContext.Current.CancellationToken));
            }
        })));
        var numbers = JournalBed.Numbers(_bed.Journal);
        Assert.Equal(To(each), numbers.Where(n => n < each));
        Assert.Equal(To(each), numbers.Where(n => n >= each).Select(n => n - each));
        Assert.Equal(2 * each, _bed.Journal.Duplicates);
        Assert.Equal(0, _bed.Journal.WaitingBytes);
        Assert.Equal(0, _bed.Journal.Damages);
    }
}
