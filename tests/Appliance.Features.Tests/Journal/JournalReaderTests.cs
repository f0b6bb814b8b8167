using Appliance.Features.Journal;

namespace Appliance.Features.Tests.Journal;

public sealed class JournalReaderTests : IDisposable
{
    private readonly JournalBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void A_reader_that_has_read_all_is_woken_by_what_becomes_durable()
    {
        _bed.Append(0, 3);
        using var reader = _bed.Journal.ReadFrom(0);
        Assert.Equal(JournalReadOutcome.Records, reader.Read());
        Assert.Equal(JournalReadOutcome.CaughtUp, reader.Read());
        var read = reader.ReadAsync(CancellationToken.None).AsTask();
        Assert.False(read.IsCompleted);
        _bed.Append(3, 1);
        Assert.Equal(JournalReadOutcome.Records, JournalBed.Within(read));
        var numbers = new List<long>();
        JournalBed.Collect(reader.Batch, numbers);
        Assert.Equal([3], numbers);
        Assert.Equal(reader.Position, reader.Batch.NextPosition);
    }

    [Fact]
    public void Waiting_ends_when_it_is_cancelled_and_when_the_journal_closes()
    {
        _bed.Append(0, 1);
        using var reader = _bed.Journal.ReadFrom(_bed.Journal.EndPosition);
        using var cancel = new CancellationTokenSource();
        var read = reader.ReadAsync(cancel.Token).AsTask();
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => read.GetAwaiter().GetResult());
        read = reader.ReadAsync(CancellationToken.None).AsTask();
        _bed.Journal.Dispose();
        Assert.Equal(JournalReadOutcome.Closed, JournalBed.Within(read));
    }

    [Fact]
    public void Every_record_says_where_to_read_on()
    {
        var positions = _bed.Append(0, 100);
        using var reader = _bed.Journal.ReadFrom(0);
        var seen = new List<(long Position, long Next)>();
        while (reader.Read() == JournalReadOutcome.Records)
        {
            Assert.Equal(reader.Batch.Position, First(reader.Batch));
            foreach (var entry in reader.Batch) seen.Add((entry.Position, entry.NextPosition));
        }
        Assert.Equal(positions, seen.Select(s => s.Position));
        for (var i = 0; i + 1 < seen.Count; i++) Assert.Equal(i + 1, JournalBed.Numbers(_bed.Journal, seen[i].Next)[0]);
    }

    [Fact]
    public void A_position_past_the_end_is_told() =>
        Assert.Equal(JournalReadOutcome.PastEnd, _bed.Journal.ReadFrom(1 << 20).Read());

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_position_within_a_record_is_told_with_the_record_and_is_no_damage(int within)
    {
        var positions = _bed.Append(0, 200);
        using var reader = _bed.Journal.ReadFrom(positions[1] + within);
        Assert.Equal(JournalReadOutcome.WithinRecord, reader.Read());
        Assert.Equal(new RecordRange(positions[1], positions[2]), reader.Record);
        Assert.Equal((JournalReadOutcome.WithinRecord, 0), (reader.Read(), _bed.Journal.Damages));
        reader.Seek(positions[150] + within);
        Assert.Equal(JournalReadOutcome.WithinRecord, reader.Read());
        reader.Seek(reader.Record!.Value.NextPosition);
        Assert.Equal((JournalReadOutcome.Records, null), (reader.Read(), reader.Record));
        Assert.Equal(positions[151], reader.Batch.Position);
    }

    [Fact]
    public void A_position_whose_record_was_damaged_since_is_told_as_the_damage_that_it_is()
    {
        var positions = _bed.Append(0, 200);
        Damage(positions[100] + 50, 1);
        using var reader = _bed.Journal.ReadFrom(positions[100]);
        Assert.Equal(JournalReadOutcome.Damaged, reader.Read());
        Assert.Equal((positions[100], positions[101]), (reader.Damage!.Position, reader.Damage.NextPosition));
    }

    [Fact]
    public void A_position_in_the_empty_end_of_a_page_reads_on_with_the_next_page()
    {
        var positions = _bed.Append(0, 200);
        var next = positions.First(p => p >= 4096);
        using var reader = _bed.Journal.ReadFrom(next - 3);
        Assert.Equal(JournalReadOutcome.Records, reader.Read());
        Assert.Equal((next, 0), (reader.Batch.Position, _bed.Journal.Damages));
    }

    [Fact]
    public void A_position_behind_the_retention_is_told_with_the_oldest_there_is()
    {
        _bed.Options.RetainBytes = 1;
        _bed.Append(0, 500);
        using var reader = _bed.Journal.ReadFrom(64);
        _bed.Time.Advance(_bed.Options.DedupHorizon + TimeSpan.FromMinutes(1));
        _bed.Journal.ApplyRetention();
        Assert.Equal(JournalReadOutcome.BehindRetention, reader.Read());
        Assert.True(reader.OldestPosition > 64);
        reader.Seek(reader.OldestPosition);
        Assert.Equal(JournalReadOutcome.Records, reader.Read());
    }

    [Fact]
    public void Damage_is_told_once_and_all_other_records_are_read()
    {
        var positions = _bed.Append(0, 200);
        Damage(positions[100] + 50, 1);
        using var reader = _bed.Journal.ReadFrom(0);
        var numbers = new List<long>();
        var damages = new List<JournalDamage>();
        while (reader.Read() is var outcome && outcome != JournalReadOutcome.CaughtUp)
        {
            if (outcome == JournalReadOutcome.Damaged) damages.Add(reader.Damage!);
            else JournalBed.Collect(reader.Batch, numbers);
        }
        Assert.Equal(Enumerable.Range(0, 200).Where(n => n != 100).Select(n => (long)n), numbers);
        Assert.Equal((positions[100], positions[101]), (damages.Single().Position, damages.Single().NextPosition));
        Assert.Equal(1, _bed.Journal.Damages);
    }

    [Fact]
    public void Records_that_were_zeroed_up_to_a_page_s_end_are_missed()
    {
        var positions = _bed.Append(0, 200);
        var last = positions.FindIndex(p => p >= 8192) - 1;
        Damage(positions[last], (int)(8192 - positions[last]), zero: true);
        using var reader = _bed.Journal.ReadFrom(0);
        var outcomes = new List<JournalReadOutcome>();
        while (reader.Read() is var outcome && outcome != JournalReadOutcome.CaughtUp) outcomes.Add(outcome);
        Assert.Single(outcomes, JournalReadOutcome.Damaged);
    }

    private static long First(JournalBatch batch)
    {
        foreach (var entry in batch) return entry.Position;
        return -1;
    }

    private void Damage(long position, int bytes, bool zero = false)
    {
        var segment = position / _bed.Options.SegmentBytes;
        using var file = new FileStream(Path.Combine(_bed.Folder, $"events-{segment:D10}.log"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        for (var i = 0; i < bytes; i++)
        {
            file.Position = (position % _bed.Options.SegmentBytes) + i;
            var old = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(zero ? 0 : old ^ 0x55));
        }
    }
}
