using Appliance.Features.Journal;

namespace Appliance.Features.Tests.Journal;

public sealed class RegisteredReaderTests : IDisposable
{
    private readonly JournalBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void A_reader_s_position_outlives_restarts()
    {
        var positions = _bed.Append(0, 10);
        Assert.Equal(JournalOutcome.Ok, _bed.Journal.RegisterReader("lake", out var start));
        Assert.Equal(positions[0], start);
        Assert.Equal(JournalOutcome.Ok, _bed.Journal.Advance("lake", positions[4]));
        using (var killed = _bed.Open(_bed.CopyFiles())) Assert.Equal(positions[4], Assert.Single(killed.ListReaders()).Position);
        _bed.Reopen();
        Assert.Equal(JournalOutcome.Ok, _bed.Journal.RegisterReader("lake", out var again));
        Assert.Equal(positions[4], again);
    }

    [Fact]
    public void Positions_of_readers_only_grow_and_stay_within_what_is_durable()
    {
        var positions = _bed.Append(0, 10);
        _bed.Journal.RegisterReader("lake", out _);
        Assert.Equal(JournalOutcome.Ok, _bed.Journal.Advance("lake", positions[4]));
        Assert.Equal(JournalOutcome.InvalidPosition, _bed.Journal.Advance("lake", positions[3]));
        Assert.Equal(JournalOutcome.InvalidPosition, _bed.Journal.Advance("lake", _bed.Journal.DurablePosition + 1));
        Assert.Equal(JournalOutcome.UnknownReader, _bed.Journal.Advance("other", positions[4]));
        Assert.Equal(positions[4], Assert.Single(_bed.Journal.ListReaders()).Position);
    }

    [Fact]
    public void A_reader_cannot_be_moved_into_a_record()
    {
        var positions = _bed.Append(0, 10);
        _bed.Journal.RegisterReader("lake", out _);
        Assert.Equal(JournalOutcome.InvalidPosition, _bed.Journal.Advance("lake", positions[4] + 1));
        Assert.Equal(JournalOutcome.UnknownReader, _bed.Journal.Advance("other", positions[4] + 1));
        Assert.Equal(JournalOutcome.Ok, _bed.Journal.Advance("lake", positions[4]));
        Assert.Equal(JournalOutcome.Ok, _bed.Journal.Advance("lake", _bed.Journal.DurablePosition));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("a/b")]
    public void A_name_is_of_plain_characters(string name) => Assert.Equal(JournalOutcome.InvalidName, _bed.Journal.RegisterReader(name, out _));

    [Fact]
    public void A_registered_reader_holds_the_retention_back_until_it_has_passed_or_is_removed()
    {
        _bed.Options.RetainBytes = 1;
        _bed.Options.DedupHorizon = TimeSpan.FromSeconds(1);
        _bed.Journal.RegisterReader("lake", out _);
        var positions = _bed.Append(0, 500);
        _bed.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, _bed.Journal.ApplyRetention());
        var status = Assert.Single(_bed.Journal.ListReaders());
        Assert.Equal((true, _bed.Journal.DurablePosition - 64), (status.Silent, status.LagBytes));

        _bed.Journal.Advance("lake", positions[200]);
        Assert.False(Assert.Single(_bed.Journal.ListReaders()).Silent);
        Assert.True(_bed.Journal.ApplyRetention() > 0);
        Assert.True(_bed.Journal.OldestPosition <= positions[200]);
        Assert.Equal(200, JournalBed.Numbers(_bed.Journal, positions[200])[0]);

        Assert.Equal(JournalOutcome.Ok, _bed.Journal.RemoveReader("lake"));
        Assert.True(_bed.Journal.ApplyRetention() > 0);
        Assert.True(_bed.Journal.OldestPosition > positions[200]);
        Assert.Equal(JournalOutcome.UnknownReader, _bed.Journal.RemoveReader("lake"));
    }

    [Fact]
    public void Remembered_ids_hold_the_retention_back_so_that_a_restart_finds_them_again()
    {
        _bed.Options.RetainBytes = 1;
        _bed.Append(0, 500);
        Assert.Equal(0, _bed.Journal.ApplyRetention());
        Assert.True(_bed.Reopen().Append(JournalBed.Record(0)).Duplicate);
        _bed.Time.Advance(_bed.Options.DedupHorizon + TimeSpan.FromMinutes(2));
        Assert.True(_bed.Journal.OldestPosition > 64);
        Assert.False(_bed.Journal.Append(JournalBed.Record(0)).Duplicate);
    }

    [Fact]
    public void A_journal_whose_oldest_files_are_gone_opens_at_the_same_positions()
    {
        _bed.Options.RetainBytes = 1;
        var positions = _bed.Append(0, 500);
        _bed.Time.Advance(_bed.Options.DedupHorizon + TimeSpan.FromMinutes(2));
        var oldest = _bed.Journal.OldestPosition;
        Assert.True(oldest > 64);
        _bed.Reopen();
        Assert.Equal(oldest, _bed.Journal.OldestPosition);
        Assert.Equal(500, _bed.Journal.Records);
        Assert.Equal(positions.Count(p => p >= oldest), JournalBed.Numbers(_bed.Journal).Count);
        Assert.True(_bed.Append(500, 1)[0] > positions[^1]);
    }
}
