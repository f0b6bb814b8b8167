using System.Text;
using Appliance.Features.Journal;
using FeatureModel.Events;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;

namespace Appliance.Features.Tests.Journal;

/// <summary>A journal in a folder of the test's own, with small pages and files, on the test's time.</summary>
internal sealed class JournalBed : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly bool _faulty;
    private FeatureJournal? _journal;

    public JournalBed(bool faulty = false, int seed = 1)
    {
        _faulty = faulty;
        Seed = seed;
        Options.Folder = Folder;
    }

    public int Seed { get; }

    public string Folder => _folder["journal"];

    public ManualTime Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public FaultyJournalDisk? Disk { get; private set; }

    public JournalOptions Options { get; } = new()
    {
        PageBytes = 4096,
        MemoryBytes = 64 * 1024,
        SegmentBytes = 16 * 1024,
        MaxPendingBytes = 32 * 1024,
        DedupEvents = 100_000,
    };

    public FeatureJournal Journal => _journal ??= Open(Folder);

    public FeatureJournal Open(string folder)
    {
        IJournalDisk disk = new JournalDisk(folder);
        if (_faulty) disk = Disk = new FaultyJournalDisk(disk, Seed);
        return FeatureJournal.Open(Options, Time, NullLogger.Instance, disk);
    }

    public FeatureJournal Reopen()
    {
        _journal?.Dispose();
        _journal = null;
        return Journal;
    }

    /// <summary>A copy of the files as they are now, as after the process was killed; the journal stays open.</summary>
    public string CopyFiles()
    {
        var copy = Directory.CreateDirectory(_folder[$"copy-{Guid.NewGuid():N}"]).FullName;
        if (!Directory.Exists(Folder)) return copy;
        foreach (var file in Directory.EnumerateFiles(Folder).Where(file => Path.GetFileName(file) != "lock")) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    /// <summary>The record of an event with that number as its id.</summary>
    public static byte[] Record(int number, int dataBytes = 40) => new FeatureEvent
    {
        Id = $"e-{number}",
        Source = "test",
        Type = "count",
        Entity = [new EventEntity("member_id", number % 100)],
        EventTime = number,
        Data = Encoding.UTF8.GetBytes($"{{\"fill\":\"{new string('x', dataBytes)}\"}}"),
    }.ToRecord(0);

    /// <summary>Appends those events and waits until they are durable.</summary>
    public List<long> Append(int first, int count, int dataBytes = 40)
    {
        var positions = new List<long>();
        for (var i = first; i < first + count; i++)
        {
            var result = Journal.Append(Record(i, dataBytes));
            Assert.Equal(JournalOutcome.Ok, result.Outcome);
            positions.Add(result.Position);
            if (Journal.WaitingBytes > Options.MaxPendingBytes / 2) Wait(result.Position);
        }
        if (positions.Count > 0) Wait(positions[^1]);
        return positions;
    }

    public void Wait(long position) => Assert.Equal(JournalOutcome.Ok, Waited(Journal, position));

    /// <summary>What waiting for a position comes to.</summary>
    public static JournalOutcome Waited(FeatureJournal journal, long position) => Within(journal.WaitDurableAsync(position, default).AsTask());

    /// <summary>The event time, which is the event's number, of every record from a position on.</summary>
    public static List<long> Numbers(FeatureJournal journal, long from = 0)
    {
        var numbers = new List<long>();
        using var reader = journal.ReadFrom(from);
        while (reader.Read() == JournalReadOutcome.Records) Collect(reader.Batch, numbers);
        return numbers;
    }

    public static void Collect(JournalBatch batch, List<long> numbers)
    {
        foreach (var entry in batch)
        {
            Assert.True(entry.TryGetRecord(out var record));
            numbers.Add(record.EventTime);
        }
    }

    public static T Within<T>(Task<T> task)
    {
        Assert.True(task.Wait(TimeSpan.FromSeconds(30)), "not done within 30 s");
        return task.Result;
    }

    /// <summary>Turns until a condition holds that another thread brings about.</summary>
    public static void Until(Func<bool> holds) => Assert.True(SpinWait.SpinUntil(holds, TimeSpan.FromSeconds(30)), "did not come to be within 30 s");

    public void Dispose()
    {
        if (Disk is not null) (Disk.HoldFlushes, Disk.RefuseFlushes, Disk.RefuseWrites, Disk.FailureRate) = (false, false, false, 0);
        _journal?.Dispose();
        _folder.Dispose();
    }
}
