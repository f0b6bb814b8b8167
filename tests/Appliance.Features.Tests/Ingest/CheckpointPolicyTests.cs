using Appliance.Features.Ingest;

namespace Appliance.Features.Tests.Ingest;

public sealed class CheckpointPolicyTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly CheckpointPolicy _policy = new(Interval, maxEvents: 1_000);

    [Theory]
    [InlineData(4.9, 999, false, false)]
    [InlineData(5.0, 1, false, true)]
    [InlineData(0.1, 1_000, false, true)]
    [InlineData(60, 0, false, false)]
    [InlineData(60, 5_000, true, false)]
    public void A_checkpoint_is_due_after_a_time_or_a_number_of_events_when_none_is_being_written(double seconds, long events, bool running, bool due) =>
        Assert.Equal(due, _policy.IsDue(TimeSpan.FromSeconds(seconds), events, running));
}
