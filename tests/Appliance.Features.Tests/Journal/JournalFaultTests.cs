using Appliance.Features.Journal;

namespace Appliance.Features.Tests.Journal;

public sealed class JournalFaultTests : IDisposable
{
    private const int Seed = 99;

    private readonly JournalBed _bed = new(faulty: true, Seed);

    public void Dispose() => _bed.Dispose();

    private static IEnumerable<long> To(int count) => Enumerable.Range(0, count).Select(i => (long)i);

    private static JournalOutcome Waited(FeatureJournal journal, long position) => JournalBed.Waited(journal, position);

    [Fact]
    public void A_full_disk_refuses_appends_lets_reads_go_on_and_takes_writes_again_when_there_is_room()
    {
        _bed.Append(0, 10);
        _bed.Disk!.SpaceLeft = 100;
        var lost = _bed.Journal.Append(JournalBed.Record(10));
        Assert.Equal(JournalOutcome.DiskFull, Waited(_bed.Journal, lost.Position));
        Assert.Equal(JournalOutcome.DiskFull, _bed.Journal.Append(JournalBed.Record(11)).Outcome);
        Assert.Contains("No space left", _bed.Journal.Fault!.Reason);
        Assert.Equal(To(10), JournalBed.Numbers(_bed.Journal));

        _bed.Disk.SpaceLeft = long.MaxValue;
        _bed.Time.Advance(_bed.Options.DiskRetryDelay);
        JournalBed.Until(() => _bed.Journal.Fault is null);
        // The one that was in between got there after all, and sending it again says so.
        Assert.Equal(new JournalAppend(JournalOutcome.Ok, lost.Position, Duplicate: true), _bed.Journal.Append(JournalBed.Record(10)));
        Assert.Equal(JournalOutcome.Ok, Waited(_bed.Journal, lost.Position));
        _bed.Append(11, 10);
        Assert.Equal(To(21), JournalBed.Numbers(_bed.Journal));
        Assert.Equal(0, _bed.Journal.Damages);
    }

    [Fact]
    public void A_flush_that_fails_is_no_durability_and_everything_is_written_again()
    {
        _bed.Append(0, 1);
        _bed.Disk!.RefuseFlushes = true;
        var result = _bed.Journal.Append(JournalBed.Record(1));
        Assert.Equal(JournalOutcome.DiskFailed, Waited(_bed.Journal, result.Position));
        Assert.Equal(To(1), JournalBed.Numbers(_bed.Journal));
        _bed.Disk.RefuseFlushes = false;
        _bed.Time.Advance(_bed.Options.DiskRetryDelay);
        JournalBed.Until(() => _bed.Journal.DurablePosition > result.Position);
        Assert.Equal(To(2), JournalBed.Numbers(_bed.Journal));
    }

    [Fact]
    public void Closing_over_a_failed_disk_ends_and_loses_only_what_was_never_durable()
    {
        _bed.Append(0, 10);
        _bed.Disk!.RefuseWrites = true;
        var result = _bed.Journal.Append(JournalBed.Record(10));
        Assert.Equal(JournalOutcome.DiskFailed, Waited(_bed.Journal, result.Position));
        _bed.Journal.Dispose();
        Assert.Equal(To(10), JournalBed.Numbers(_bed.Reopen()));
        Assert.False(_bed.Journal.Append(JournalBed.Record(10)).Duplicate);
    }

    [Fact]
    public void Registering_on_a_full_disk_is_refused_and_changes_nothing()
    {
        _bed.Append(0, 1);
        _bed.Disk!.SpaceLeft = 0;
        Assert.Equal(JournalOutcome.DiskFull, _bed.Journal.RegisterReader("lake", out _));
        Assert.Empty(_bed.Journal.ListReaders());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reader_that_keeps_a_full_disk_full_is_let_go_and_appends_are_taken_again(bool removed)
    {
        (_bed.Options.RetainBytes, _bed.Options.DedupHorizon) = (1, TimeSpan.FromSeconds(1));
        _bed.Journal.RegisterReader("lake", out _);
        var positions = _bed.Append(0, 500);
        _bed.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, _bed.Journal.ApplyRetention());
        _bed.Disk!.SpaceLeft = 100;
        Assert.Equal(JournalOutcome.DiskFull, Waited(_bed.Journal, _bed.Journal.Append(JournalBed.Record(500)).Position));

        // As files of a real disk do, the readers' file writes over the room that it has.
        Assert.Equal(JournalOutcome.Ok, removed ? _bed.Journal.RemoveReader("lake") : _bed.Journal.Advance("lake", positions[^1]));
        Assert.True(_bed.Journal.OldestPosition > positions[0]);
        _bed.Time.Advance(_bed.Options.DiskRetryDelay);
        JournalBed.Until(() => _bed.Journal.Fault is null);
        _bed.Disk.SpaceLeft = long.MaxValue;
        _bed.Append(501, 1);
        Assert.Equal(removed, _bed.Reopen().ListReaders().Count == 0);
        Assert.Equal(501, JournalBed.Numbers(_bed.Journal)[^1]);
    }

    [Fact]
    public void Appends_beyond_the_bytes_that_may_wait_are_refused_until_the_disk_has_caught_up()
    {
        _bed.Append(0, 1);
        _bed.Disk!.HoldFlushes = true;
        var taken = 1;
        while (_bed.Journal.Append(JournalBed.Record(taken)) is { Outcome: JournalOutcome.Ok }) taken++;
        Assert.Equal(JournalOutcome.Overloaded, _bed.Journal.Append(JournalBed.Record(taken)).Outcome);
        Assert.InRange(_bed.Journal.WaitingBytes, _bed.Options.MaxPendingBytes - 4096, _bed.Options.MaxPendingBytes + 4096);
        // The committing thread counts the first one a moment after it is known to be durable.
        JournalBed.Until(() => _bed.Journal.WaitingRecords == taken - 1);
        Assert.Equal(To(1), JournalBed.Numbers(_bed.Journal));
        _bed.Disk.HoldFlushes = false;
        JournalBed.Until(() => _bed.Journal.WaitingBytes == 0);
        _bed.Append(taken, 1);
        Assert.Equal(To(taken + 1), JournalBed.Numbers(_bed.Journal));
    }

    [Fact]
    public void A_duplicate_of_what_is_not_durable_yet_waits_for_the_original()
    {
        _bed.Append(0, 1);
        _bed.Disk!.HoldFlushes = true;
        var original = _bed.Journal.Append(JournalBed.Record(1));
        var duplicate = _bed.Journal.Append(JournalBed.Record(1));
        Assert.Equal((true, original.Position), (duplicate.Duplicate, duplicate.Position));
        var wait = _bed.Journal.WaitDurableAsync(duplicate.Position, CancellationToken.None).AsTask();
        Assert.False(wait.IsCompleted);
        _bed.Disk.HoldFlushes = false;
        Assert.Equal(JournalOutcome.Ok, JournalBed.Within(wait));
    }

    [Fact]
    public void What_comes_while_a_commit_is_under_way_goes_with_the_next_one()
    {
        _bed.Append(0, 1);
        JournalBed.Until(() => _bed.Journal.Commits == 1);
        _bed.Disk!.HoldFlushes = true;
        for (var i = 1; i < 20; i++) _bed.Journal.Append(JournalBed.Record(i));
        _bed.Disk.HoldFlushes = false;
        JournalBed.Until(() => _bed.Journal.WaitingRecords == 0);
        Assert.InRange(_bed.Journal.Commits, 2, 3);
    }

    [Fact]
    public void At_random_failures_nothing_that_was_said_to_be_durable_is_ever_lost_or_doubled()
    {
        _bed.Options.DiskRetryDelay = TimeSpan.FromMilliseconds(1);
        var journal = _bed.Journal;
        _bed.Disk!.FailureRate = 0.2;
        var durable = new HashSet<long>();
        for (var i = 0; i < 1000; i++)
        {
            var result = default(JournalAppend);
            JournalBed.Until(() =>
            {
                _bed.Time.Advance(_bed.Options.DiskRetryDelay);
                return (result = journal.Append(JournalBed.Record(i))).Outcome == JournalOutcome.Ok;
            });
            if (i % 7 == 0 && Waited(journal, result.Position) == JournalOutcome.Ok) durable.Add(i);
            if (i % 100 == 99) CheckCopy(durable, i);
        }
        Assert.True(_bed.Disk.Failures > 10, $"seed {Seed}");
        Assert.True(durable.Count > 10, $"seed {Seed}");
    }

    private void CheckCopy(HashSet<long> durable, int round)
    {
        using var killed = FeatureJournal.Open(_bed.Options, _bed.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, new JournalDisk(_bed.CopyFiles()));
        var numbers = JournalBed.Numbers(killed);
        Assert.True(numbers.SequenceEqual(numbers.Distinct().Order()), $"seed {Seed}, round {round}");
        Assert.True(durable.IsSubsetOf(numbers), $"seed {Seed}, round {round}");
        Assert.Equal(0, killed.Damages);
    }
}
