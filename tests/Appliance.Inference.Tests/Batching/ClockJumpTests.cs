using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using Appliance.Inference.Tests.Batching.Scheduling;

namespace Appliance.Inference.Tests.Batching;

/// <summary>The world's clock is set forward while requests wait: queue delays, timeouts and deadlines keep to the time that passes.</summary>
public sealed class ClockJumpTests
{
    [Theory]
    [InlineData(3650)]
    [InlineData(1)]
    public async Task A_request_in_a_schedule_waits_for_its_queue_delay_and_no_longer(int days)
    {
        var rig = new TritonRig(new ScheduleSettings { PreferredSizes = [4], MaxQueueDelay = TritonRig.QueueDelay });
        var answer = rig.Send("a", 1);
        rig.Advance(5);
        rig.Rig.Time.AdjustTime(rig.Rig.Time.GetUtcNow().AddDays(days));
        rig.Waits(answer);
        rig.Advance(4.999);
        rig.Waits(answer);
        rig.Advance(0.001);
        await TritonRig.AnsweredAsync(answer);
    }

    [Theory]
    [InlineData(3650)]
    [InlineData(1)]
    public async Task A_deadline_passes_when_its_time_has_passed(int days)
    {
        var rig = new BatcherRig(configure: b => b.Gathers = true);
        var running = await rig.OccupyAsync();
        var late = rig.Entry("late");
        late.Deadline = rig.Time.GetTimestamp() + (10 * rig.Time.TimestampFrequency);
        var answer = rig.Submit(late);
        rig.Time.AdjustTime(rig.Time.GetUtcNow().AddDays(days));
        rig.Batcher.ExpireOverdue();
        Assert.False(answer.IsCompleted);
        rig.Time.Advance(TimeSpan.FromSeconds(10));
        rig.Batcher.ExpireOverdue();
        Assert.Equal(ScoreStatus.DeadlineExceeded, await BatcherRig.Ends(answer));
        await rig.FinishAsync(running);
    }
}
