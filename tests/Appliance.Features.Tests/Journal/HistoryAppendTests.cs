using Appliance.Features.Journal;
using FeatureModel.Events;

namespace Appliance.Features.Tests.Journal;

public sealed class HistoryAppendTests : IDisposable
{
    private readonly JournalBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void History_is_not_compared_with_itself_and_leaves_the_ids_of_the_stream_alone()
    {
        _bed.Options.DedupEvents = 5;
        var positions = _bed.Append(0, 5);
        for (var i = 0; i < 20; i++) Assert.False(Append(100 + (i % 2), known: positions[4] + 1).Duplicate);
        Assert.True(_bed.Journal.Append(JournalBed.Record(0)).Duplicate);
        _bed.Wait(Append(100, positions[4] + 1).Position);
        _bed.Reopen();
        Assert.True(_bed.Journal.Append(JournalBed.Record(0)).Duplicate);
        Assert.False(_bed.Journal.Append(JournalBed.Record(100)).Duplicate);
    }

    [Fact]
    public void However_much_history_came_since_the_ids_of_the_stream_are_known_after_a_start()
    {
        _bed.Options.DedupEvents = 5;
        var positions = _bed.Append(0, 5);
        // Many times the files that are read again in any case.
        for (var i = 0; i < 2_000; i++)
        {
            var appended = Append(100 + i, known: positions[4] + 1);
            if (i % 50 == 49) _bed.Wait(appended.Position);
        }
        _bed.Reopen();
        for (var i = 0; i < 5; i++) Assert.True(_bed.Journal.Append(JournalBed.Record(i)).Duplicate, $"event {i}");
    }

    [Fact]
    public void An_event_that_the_stream_was_given_since_is_told_and_an_older_one_is_the_callers_to_know()
    {
        var positions = _bed.Append(0, 3);
        Assert.Equal(new JournalAppend(JournalOutcome.Ok, positions[2], Duplicate: true), Append(2, known: positions[2]));
        Assert.False(Append(1, known: positions[2]).Duplicate);
    }

    [Fact]
    public void Where_ids_were_forgotten_since_the_caller_must_read_on_first()
    {
        _bed.Options.DedupEvents = 2;
        var positions = _bed.Append(0, 4);
        Assert.Equal(JournalOutcome.InvalidPosition, Append(9, known: positions[1]).Outcome);
        Assert.Equal(JournalOutcome.Ok, Append(9, known: positions[2]).Outcome);
    }

    [Fact]
    public void History_does_not_come_in_as_an_event_and_an_event_not_as_history()
    {
        Assert.Equal(JournalOutcome.InvalidRecord, _bed.Journal.Append(History(1, out _)).Outcome);
        Assert.Equal(JournalOutcome.InvalidRecord, _bed.Journal.AppendHistory(JournalBed.Record(1), default, 0).Outcome);
    }

    private JournalAppend Append(int number, long known)
    {
        var record = History(number, out var id);
        return _bed.Journal.AppendHistory(record, id, known);
    }

    private static byte[] History(int number, out EventId streamId)
    {
        Assert.True(EventRecord.TryParse(JournalBed.Record(number), out var record));
        streamId = record.Id;
        var parts = EventParts.Of(record) with { HistoryView = 1 };
        var bytes = new byte[parts.Size];
        parts.WriteTo(bytes);
        return bytes;
    }
}
