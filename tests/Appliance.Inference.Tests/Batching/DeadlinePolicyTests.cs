using Appliance.Inference.Batching;

namespace Appliance.Inference.Tests.Batching;

public sealed class DeadlinePolicyTests
{
    [Theory]
    // Nobody waits: the rest of the run that is under way, and its own.
    [InlineData(0, 4, 1, 30, 130)]
    [InlineData(3, 4, 1, 30, 130)]
    // Those before it fill a run, or two, that go first.
    [InlineData(4, 4, 1, 30, 230)]
    [InlineData(7, 4, 1, 30, 230)]
    [InlineData(8, 4, 1, 30, 330)]
    // Two runs at once: as many again may wait before it.
    [InlineData(4, 4, 2, 30, 130)]
    [InlineData(8, 4, 2, 30, 230)]
    // Without batches each request is a run.
    [InlineData(3, 0, 1, 0, 400)]
    public void The_answer_takes_the_runs_before_it_and_its_own(int rowsAhead, int maxBatchSize, int instances, long remaining, long expected) =>
        Assert.Equal(expected, DeadlinePolicy.AnswerIn(rowsAhead, maxBatchSize, instances, remaining, run: 100));
}
