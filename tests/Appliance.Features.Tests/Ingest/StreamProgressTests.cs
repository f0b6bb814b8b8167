using Appliance.Features.Ingest;

namespace Appliance.Features.Tests.Ingest;

public sealed class StreamProgressTests
{
    [Fact]
    public void Between_start_and_completion_an_event_may_or_may_not_have_changed_rows()
    {
        var progress = new StreamProgress(10);
        Assert.Equal((10, 10), (progress.Completed, progress.Started));
        progress.Start(25);
        Assert.Equal((10, 25), (progress.Completed, progress.Started));
        progress.Complete(25);
        Assert.Equal((25, 25), (progress.Completed, progress.Started));
    }

    [Fact]
    public void Definitions_are_known_to_hold_from_where_they_or_newer_ones_were_taken_up()
    {
        var progress = new StreamProgress(0);
        Assert.Equal(-1, progress.TakenUpAt(1));
        progress.TakeUp(2, 100);
        progress.TakeUp(2, 300);
        progress.TakeUp(5, 400);
        Assert.Equal([100, 100, 400, 400, -1], new long[] { 1, 2, 3, 5, 6 }.Select(progress.TakenUpAt));
    }
}
