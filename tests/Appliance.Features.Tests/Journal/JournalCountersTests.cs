using Appliance.Features.Journal;

namespace Appliance.Features.Tests.Journal;

public sealed class JournalCountersTests : IDisposable
{
    private readonly JournalBed _bed = new(faulty: true);

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void Appends_are_counted_by_what_became_of_them()
    {
        _bed.Append(0, 3);
        Assert.True(_bed.Journal.Append(JournalBed.Record(1)).Duplicate);
        Assert.Equal(JournalOutcome.InvalidRecord, _bed.Journal.Append([1, 2, 3]).Outcome);
        Assert.Equal(JournalOutcome.InvalidRecord, _bed.Journal.Append([1, 2, 3], new JournalAppend[1], out _));
        Assert.Equal(JournalOutcome.TooLarge, _bed.Journal.Append(JournalBed.Record(9, dataBytes: 4096)).Outcome);
        Assert.Equal((3L, 1L), (_bed.Journal.Appends(JournalOutcome.Ok), _bed.Journal.Duplicates));
        Assert.Equal((2L, 1L, 3L), (_bed.Journal.Appends(JournalOutcome.InvalidRecord), _bed.Journal.Appends(JournalOutcome.TooLarge), _bed.Journal.Refused));
    }

    [Fact]
    public void The_ages_of_the_oldest_and_the_newest_record_are_known_after_a_restart_too()
    {
        Assert.Equal((0L, 0L), (_bed.Journal.OldestIngestTime, _bed.Journal.NewestIngestTime));
        var first = FeatureStage.Micros(_bed.Time.GetUtcNow());
        _bed.Append(0, 1);
        _bed.Time.Advance(TimeSpan.FromMinutes(3));
        _bed.Append(1, 1);
        // A duplicate is no record.
        _bed.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.True(_bed.Journal.Append(JournalBed.Record(0)).Duplicate);
        Assert.Equal((first, first + 180_000_000), (_bed.Journal.OldestIngestTime, _bed.Journal.NewestIngestTime));
        _bed.Reopen();
        Assert.Equal((first, first + 180_000_000), (_bed.Journal.OldestIngestTime, _bed.Journal.NewestIngestTime));
    }

    [Fact]
    public void What_waits_for_the_disk_has_an_age_and_every_commit_a_duration()
    {
        _bed.Append(0, 1);
        JournalBed.Until(() => _bed.Journal.WaitingSince == 0);
        _bed.Disk!.SpaceLeft = 0;
        _bed.Time.Advance(TimeSpan.FromMinutes(1));
        var since = FeatureStage.Micros(_bed.Time.GetUtcNow());
        var waiting = _bed.Journal.Append(JournalBed.Record(1));
        Assert.Equal(JournalOutcome.DiskFull, JournalBed.Waited(_bed.Journal, waiting.Position));
        Assert.Equal((since, 1L), (_bed.Journal.WaitingSince, _bed.Journal.WaitingRecords));
        _bed.Disk.SpaceLeft = long.MaxValue;
        _bed.Time.Advance(_bed.Options.DiskRetryDelay);
        JournalBed.Until(() => _bed.Journal.WaitingSince == 0);
        Assert.Equal(_bed.Journal.Commits, _bed.Journal.CommitDurations.Counts().Sum());
        Assert.Equal(FeatureStage.Micros(_bed.Time.GetUtcNow()), _bed.Journal.LastCommitTime);
    }
}
