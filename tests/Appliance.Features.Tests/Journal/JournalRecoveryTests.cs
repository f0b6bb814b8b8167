using Appliance.Features.Journal;

namespace Appliance.Features.Tests.Journal;

public sealed class JournalRecoveryTests : IDisposable
{
    private readonly JournalBed _bed = new();

    public void Dispose() => _bed.Dispose();

    private static IEnumerable<long> To(int count) => Enumerable.Range(0, count).Select(i => (long)i);

    private string PathOf(string folder, long position) => Path.Combine(folder, $"events-{position / _bed.Options.SegmentBytes:D10}.log");

    // Cuts the files off at a position, as a crash would that lost everything behind it.
    private void CutAt(string folder, long position)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "events-*.log"))
        {
            var start = long.Parse(Path.GetFileNameWithoutExtension(file)["events-".Length..]) * _bed.Options.SegmentBytes;
            if (start >= position && start > 0) File.Delete(file);
            else if (start + new FileInfo(file).Length > position) using (var stream = File.OpenWrite(file)) stream.SetLength(position - start);
        }
    }

    private void Scribble(string folder, long position, byte[] bytes)
    {
        using var file = File.OpenWrite(PathOf(folder, position));
        file.Position = position % _bed.Options.SegmentBytes;
        file.Write(bytes);
    }

    [Fact]
    public void After_a_kill_everything_that_was_durable_is_there_and_appending_goes_on()
    {
        _bed.Append(0, 300);
        var copy = _bed.CopyFiles();
        using var journal = _bed.Open(copy);
        Assert.Equal(To(300), JournalBed.Numbers(journal));
        Assert.True(journal.Append(JournalBed.Record(299)).Duplicate);
        var result = journal.Append(JournalBed.Record(300));
        Assert.Equal(JournalOutcome.Ok, JournalBed.Waited(journal, result.Position));
        Assert.Equal(To(301), JournalBed.Numbers(journal));
        Assert.Equal(0, journal.Damages);
    }

    [Fact]
    public void A_tail_torn_at_any_byte_is_cut_at_the_last_whole_record()
    {
        var positions = _bed.Append(0, 130);
        positions.Add(_bed.Journal.EndPosition);
        // Through the whole of two records, one of which begins a file, and at places all over the rest.
        var first = positions.FindIndex(p => p >= _bed.Options.SegmentBytes) - 1;
        var cuts = Enumerable.Range(0, (int)(positions[first + 2] - positions[first])).Select(i => positions[first] + i)
            .Concat(Enumerable.Range(1, 60).Select(i => positions[^1] * i / 60)).Where(p => p > 64);
        foreach (var cut in cuts)
        {
            var copy = _bed.CopyFiles();
            CutAt(copy, cut);
            // A cut in the filling behind a record loses nothing.
            var whole = positions.Take(130).Where((_, i) => Unpadded(i) <= cut).Count();
            using (var journal = _bed.Open(copy))
            {
                Assert.True(To(whole).SequenceEqual(JournalBed.Numbers(journal)), $"cut at {cut}");
                Assert.Equal(0, journal.Damages);
                var next = journal.Append(JournalBed.Record(1000));
                Assert.Equal(JournalOutcome.Ok, JournalBed.Waited(journal, next.Position));
                Assert.True(To(whole).Append(1000).SequenceEqual(JournalBed.Numbers(journal)), $"cut at {cut}, and one more");
                Assert.Equal(whole < 130, !journal.Append(JournalBed.Record(129)).Duplicate);
            }
            Directory.Delete(copy, recursive: true);
        }

        long Unpadded(int record) => positions[record] + JournalFrame.HeaderSize + JournalBed.Record(record).Length;
    }

    [Fact]
    public void A_damaged_byte_anywhere_loses_one_record_at_most_and_is_told()
    {
        const int seed = 42;
        var random = new Random(seed);
        var positions = Enumerable.Range(0, 13).SelectMany(i => _bed.Append(i * 10, 10)).ToList();
        for (var round = 0; round < 150; round++)
        {
            var copy = _bed.CopyFiles();
            // Not in the last commits, of which nothing else says that they were durable.
            var at = random.NextInt64(64, positions[100]);
            var hit = positions.FindLastIndex(p => p <= at);
            var old = new byte[1];
            using (var file = File.OpenRead(PathOf(copy, at)))
            {
                file.Position = at % _bed.Options.SegmentBytes;
                file.ReadExactly(old);
            }
            Scribble(copy, at, [(byte)(old[0] ^ (1 << random.Next(8)))]);
            using (var journal = _bed.Open(copy))
            {
                var (numbers, damages) = ReadAll(journal);
                Assert.True(To(130).Except(numbers).All(n => n == hit), $"seed {seed}, round {round}: byte {at} of record {hit}");
                Assert.True(numbers.SequenceEqual(numbers.Distinct().Order()), $"seed {seed}, round {round}");
                // A byte in a record's filling or in a page's empty end may be no damage to a record; a lost record always is.
                Assert.True(numbers.Count == 130 || damages == 1, $"seed {seed}, round {round}: {damages} damages");
            }
            Directory.Delete(copy, recursive: true);
        }
    }

    [Fact]
    public void What_was_cut_off_never_comes_back()
    {
        // One commit that never ended: a torn record with whole ones behind it, none of which says that anything was durable.
        var copy = _bed.CopyFiles();
        File.WriteAllBytes(PathOf(copy, 0), HandWritten(20, torn: 10));
        using (var journal = _bed.Open(copy))
        {
            Assert.Equal(To(10), JournalBed.Numbers(journal));
            Assert.False(journal.Append(JournalBed.Record(15)).Duplicate);
        }
        using (var journal = _bed.Open(copy))
        {
            Assert.Equal(To(10).Append(15), JournalBed.Numbers(journal));
            Assert.Equal((11, 0), (journal.Records, journal.Damages));
        }
    }

    private static byte[] HandWritten(int records, int torn)
    {
        var file = new MemoryStream();
        file.Write(new byte[JournalFrame.FirstPosition]);
        var frame = new byte[1024];
        for (var i = 0; i < records; i++)
        {
            var record = JournalBed.Record(i);
            var length = JournalFrame.Write(frame, record, ingestTime: 1767225600_000000, ordinal: i);
            JournalFrame.Seal(frame.AsSpan(0, length), file.Position, durable: JournalFrame.FirstPosition);
            if (i == torn) frame[50] ^= 1;
            var next = file.Position + JournalFrame.SizeOf(record.Length);
            file.Write(BitConverter.GetBytes(length));
            file.Write(frame, 0, length);
            file.SetLength(next);
            file.Position = next;
        }
        return file.ToArray();
    }

    [Fact]
    public void Foreign_bytes_in_place_of_a_journal_are_no_records()
    {
        var copy = _bed.CopyFiles();
        var random = new byte[10_000];
        new Random(7).NextBytes(random);
        File.WriteAllBytes(Path.Combine(copy, "events-0000000000.log"), random);
        using var journal = _bed.Open(copy);
        Assert.Empty(JournalBed.Numbers(journal));
        Assert.Equal(JournalOutcome.Ok, journal.Append(JournalBed.Record(1)).Outcome);
    }

    [Fact]
    public void A_readers_file_that_cannot_be_read_is_named()
    {
        _bed.Append(0, 1);
        var copy = _bed.CopyFiles();
        File.WriteAllText(Path.Combine(copy, "readers.json"), "{");
        Assert.Contains("readers.json", Assert.Throws<InvalidDataException>(() => _bed.Open(copy)).Message);
    }

    private static (List<long> Numbers, int Damages) ReadAll(FeatureJournal journal)
    {
        var (numbers, damages) = (new List<long>(), 0);
        using var reader = journal.ReadFrom(0);
        while (reader.Read() is var outcome && outcome != JournalReadOutcome.CaughtUp)
        {
            if (outcome == JournalReadOutcome.Damaged) damages++;
            else JournalBed.Collect(reader.Batch, numbers);
        }
        return (numbers, damages);
    }
}
