using Appliance.Features.Ingest;
using Appliance.Features.Ingest.History;
using Appliance.Features.Journal;
using Appliance.Features.Tests.Backfill;
using Appliance.Features.Tests.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.Features.Tests.Ingest;

/// <summary>A disk that refuses from the start what must be on it before the first event is applied.</summary>
public sealed class FullDiskStartTests
{
    private const string View = "activity";

    [Theory]
    [InlineData(ViewStartsFile.Name)]
    [InlineData(ReadersFile.Name)]
    public async Task Events_wait_while_reads_go_on_and_are_applied_once_the_disk_takes_what_comes_first(string file)
    {
        await using var bed = new BackfillBed(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        // A folder in the place of the file that it is written through: the system refuses as on a full disk, whoever runs the test.
        var obstacle = Directory.CreateDirectory(Path.Combine(bed.Options.Features.Folder, "journal", file + ".next"));
        await bed.StartAsync();
        bed.Declare(ShopEvents.Count(View));
        await bed.SendAsync(Event(1), Event(2));

        await bed.StepAsync();
        await bed.StepAsync();

        var counts = bed.Platform.Statistics;
        Assert.Equal((0L, 2L, false), (counts.Applied, counts.BlockedSteps, bed.Platform.HasCaughtUp));
        Assert.True(bed.Read(View, member: 1)[0].IsNull);

        obstacle.Delete();
        await bed.CatchUpAsync();

        Assert.Equal((2L, true), (counts.Applied, bed.Platform.HasCaughtUp));
        Assert.Equal(2, bed.Read(View, member: 1)[0].AsInt64);
    }

    [Fact]
    public async Task A_full_journal_refuses_events_and_the_source_starts_once_there_is_room()
    {
        using var bed = new JournalBed(faulty: true);
        var cancellation = TestContext.Current.CancellationToken;
        await using var source = new JournalEventSource(bed.Journal, bed.Time, NullLogger<JournalEventSource>.Instance);
        bed.Disk!.SpaceLeft = 0;
        var refused = bed.Journal.Append(JournalBed.Record(1));

        Assert.Equal(JournalOutcome.DiskFull, await bed.Journal.WaitDurableAsync(refused.Position, cancellation));
        Assert.False(await source.StartAsync(new StreamPositions(), cancellation));
        Assert.Equal(-1, source.Lag);

        bed.Disk.SpaceLeft = long.MaxValue;
        Assert.True(await source.StartAsync(new StreamPositions(), cancellation));
        Assert.Equal(JournalEventSource.ReaderName, Assert.Single(bed.Journal.ListReaders()).Name);
    }

    private static string Event(int id) =>
        $$$"""{"id":"{{{id}}}","source":"member_events","type":"visit","entity":{"member_id":1},"time":"2026-03-01T11:00:00Z","data":{"amount":1}}""";
}
