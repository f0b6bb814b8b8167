using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;

namespace Appliance.Inference.Tests.Batching.Scheduling;

/// <summary>Cases of Triton's L0_model_queue, each under its name there: preferred sizes 4 and 8, at most 32 rows, a queue delay of ten seconds.</summary>
public sealed class TritonModelQueueTests
{
    private static readonly ScheduleSettings Base = new() { PreferredSizes = [4, 8], MaxQueueDelay = TritonRig.QueueDelay };

    [Fact]
    public async Task Max_queue_size()
    {
        var rig = Rig(new ScheduleSettings { PreferredSizes = [4, 8], DefaultLimits = new() { MaxQueueSize = 8 } }, held: true);
        var first = await rig.OccupyAsync("first", 8);
        var entries = Enumerable.Range(0, 10).Select(i => rig.Entry($"{i}", 1)).ToArray();
        var answers = entries.Select(e => rig.Rig.Submit(e)).ToArray();
        // Two are refused at once, while the eight wait.
        Assert.All(answers[8..], a => Assert.Equal(ScoreStatus.Overloaded, a.Result));
        Assert.All(entries[8..], e => Assert.Equal("Exceeds maximum queue size", e.Error));
        rig.Waits(answers[..8]);
        rig.Gate.Open();
        await TritonRig.AnsweredAsync([first, .. answers[..8]]);
        Assert.Equal([8, 8], rig.Batches);
    }

    [Fact]
    public async Task Policy_delay()
    {
        var rig = Rig(Base with { DefaultLimits = Limits(0.1, delays: true) });
        var delayed = rig.Send("a", 1);
        rig.Advance(0.2);
        await TritonRig.AnsweredAsync(rig.Send("b", 2), rig.Send("c", 2));
        rig.Waits(delayed);
        rig.Advance(9.8);
        await TritonRig.AnsweredAsync(delayed);
        Assert.Equal(["b c", "a"], rig.Ran);
    }

    [Fact]
    public async Task Policy_reject()
    {
        var rig = Rig(Base with { DefaultLimits = Limits(0.1) });
        var late = rig.Entry("a", 1);
        var answer = rig.Rig.Submit(late);
        rig.Advance(0.2);
        await ExpiredAsync(late, answer);
        await TritonRig.AnsweredAsync(rig.Send("b", 2), rig.Send("c", 2));
        Assert.Equal(["b c"], rig.Ran);
    }

    [Theory]
    // What the request asks for, microseconds, and after how many seconds it is rejected: never later than by default.
    [InlineData(100_000, 0.1)]
    [InlineData(10_000_000, 1)]
    [InlineData(0, 1)]
    public async Task Timeout_override(long timeoutUs, double rejectedAfter)
    {
        var rig = Rig(Base with { DefaultLimits = Limits(1, allowOverride: true) });
        var late = rig.Entry("a", 1, timeoutUs: timeoutUs);
        var answer = rig.Rig.Submit(late);
        rig.Advance(0.05);
        Task<ScoreStatus>[] others = [rig.Send("b", 2), rig.Send("c", 2)];
        rig.Advance(rejectedAfter - 0.05 - 1e-6);
        rig.Waits([answer, .. others]);
        rig.Advance(1e-6);
        await ExpiredAsync(late, answer);
        // Without it the other two make a preferred size.
        await TritonRig.AnsweredAsync(others);
        Assert.Equal(["b c"], rig.Ran);
    }

    [Fact]
    public async Task Priority_levels()
    {
        var rig = Rig(Base with { PriorityLevels = 2, DefaultPriority = 2 });
        await PrioritiesAsync(rig, lowest: 0);
    }

    [Fact]
    public async Task Max_priority_levels()
    {
        const ulong beyond32Bits = (ulong)uint.MaxValue + 1;
        var rig = Rig(Base with { PriorityLevels = beyond32Bits, DefaultPriority = beyond32Bits });
        await PrioritiesAsync(rig, lowest: beyond32Bits);
    }

    [Fact]
    public async Task Priority_with_policy()
    {
        var rig = Rig(Base with
        {
            PreferredSizes = [4, 8, 32],
            PriorityLevels = 2,
            DefaultPriority = 2,
            DefaultLimits = Limits(11, delays: true, allowOverride: true),
            OwnLimits = new Dictionary<ulong, LevelLimits> { [2] = Limits(11, allowOverride: true) },
        });
        // One every 0.2 s.
        (string Id, int Rows, ulong Priority, long TimeoutUs)[] sent =
        [
            ("1a", 2, 1, 0), ("1b", 1, 1, 1_000_000), ("1c", 2, 1, 0), ("2d", 2, 2, 2_000_000), ("2e", 3, 2, 0), ("2f", 6, 2, 0),
        ];
        var entries = new List<BatchEntry>();
        var answers = new List<Task<ScoreStatus>>();
        foreach (var (id, rows, priority, timeoutUs) in sent)
        {
            entries.Add(rig.Entry(id, rows, priority, timeoutUs));
            answers.Add(rig.Rig.Submit(entries[^1]));
            rig.Advance(0.2);
        }
        // At 1.2 s the second is delayed, which leaves two that make a preferred size.
        await TritonRig.AnsweredAsync(answers[0], answers[2]);
        rig.Waits(answers[1], answers[3], answers[4], answers[5]);
        // At 2.6 s the fourth is rejected, which leaves the delayed one another.
        rig.Advance(1.4);
        await ExpiredAsync(entries[3], answers[3]);
        await TritonRig.AnsweredAsync(answers[1], answers[4]);
        rig.Waits(answers[5]);
        rig.Advance(10 - 1.6);
        await TritonRig.AnsweredAsync(answers[5]);
        Assert.Equal(["1a 1c", "1b 2e", "2f"], rig.Ran);
    }

    [Fact]
    public async Task Default_queue_policy_timeout_prompt_response()
    {
        // Every instance is busy for good: who has waited too long hears of it all the same.
        var rig = Rig(new ScheduleSettings { PreferredSizes = [4, 8], DefaultLimits = Limits(1) }, held: true);
        var first = await rig.OccupyAsync("first", 8);
        var late = rig.Entry("a", 1);
        var answer = rig.Rig.Submit(late);
        rig.Advance(1);
        Assert.True(rig.Rig.Batcher.ExpireOverdue());
        await ExpiredAsync(late, answer);
        Assert.False(first.IsCompleted);
        rig.Gate.Open();
        await TritonRig.AnsweredAsync(first);
    }

    private static async Task PrioritiesAsync(TritonRig rig, ulong lowest)
    {
        var first = rig.Send("a", 2);
        rig.Advance(0.1);
        var second = rig.Send("b", 1, lowest);
        rig.Advance(0.2);
        rig.Waits(first, second);
        await TritonRig.AnsweredAsync(rig.Send("c", 2, priority: 1), first);
        rig.Waits(second);
        rig.Advance(9.8);
        await TritonRig.AnsweredAsync(second);
        Assert.Equal(["c a", "b"], rig.Ran);
    }

    private static async Task ExpiredAsync(BatchEntry entry, Task<ScoreStatus> answer)
    {
        Assert.Equal(ScoreStatus.QueueTimeout, await BatcherRig.Ends(answer));
        Assert.Equal("Request timeout expired", entry.Error);
    }

    private static TritonRig Rig(ScheduleSettings schedule, bool held = false) => new(schedule, maxBatchSize: 32, held: held);

    private static LevelLimits Limits(double seconds, bool delays = false, bool allowOverride = false) =>
        new() { Waiting = new(TimeSpan.FromSeconds(seconds), allowOverride), DelaysOverdue = delays };
}
