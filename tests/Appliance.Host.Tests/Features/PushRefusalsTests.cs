using Appliance.Features.Journal;
using Appliance.Host.Rest.Features;

namespace Appliance.Host.Tests.Features;

public sealed class PushRefusalsTests
{
    [Theory]
    [InlineData(JournalOutcome.DiskFull, JournalOutcome.Ok, 0, JournalOutcome.DiskFull, "0 of 2 rows were taken: the journal's disk is full")]
    [InlineData(JournalOutcome.Ok, JournalOutcome.DiskFull, 2, JournalOutcome.DiskFull, "none of the 2 rows is acknowledged: the journal's disk is full; send all of them again")]
    [InlineData(JournalOutcome.Ok, JournalOutcome.DiskFailed, 2, JournalOutcome.DiskFailed, "none of the 2 rows is acknowledged: the journal's disk refuses writes; send all of them again")]
    [InlineData(JournalOutcome.TooLarge, JournalOutcome.Ok, 1, JournalOutcome.TooLarge, "1 of 2 rows were taken: the next row is larger than the journal takes")]
    [InlineData(JournalOutcome.TooLarge, JournalOutcome.DiskFull, 1, JournalOutcome.DiskFull, "none of the 2 rows is acknowledged: the journal's disk is full; send all of them again")]
    [InlineData(JournalOutcome.Overloaded, JournalOutcome.Ok, 1, JournalOutcome.Overloaded, "1 of 2 rows were taken: the journal waits for the disk; send the rows again shortly, those that were taken count once")]
    public void Rows_count_as_taken_only_once_they_are_on_the_disk(JournalOutcome append, JournalOutcome durable, int taken, JournalOutcome outcome, string message) =>
        Assert.Equal((outcome, message), PushRefusals.Find(append, durable, taken, rows: 2));

    [Fact]
    public void Nothing_is_said_where_all_are_on_the_disk() => Assert.Null(PushRefusals.Find(JournalOutcome.Ok, JournalOutcome.Ok, 2, rows: 2));
}
