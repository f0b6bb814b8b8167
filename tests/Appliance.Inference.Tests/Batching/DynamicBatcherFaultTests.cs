using Appliance.Inference.Batching;

namespace Appliance.Inference.Tests.Batching;

public sealed class DynamicBatcherFaultTests
{
    [Fact]
    public async Task A_request_that_the_runtime_refuses_fails_with_its_words()
    {
        var rig = new BatcherRig();
        rig.Gate.Open();
        rig.Gate.Poison = e => IdOf(e) == "bad";
        var bad = rig.Entry("bad");
        Assert.Equal(ScoreStatus.Faulted, await rig.Submit(bad));
        Assert.Equal((ScoreStatus.Faulted, "the values of 'bad' are refused"), (bad.Status, bad.Error));
        Assert.Equal((1L, 0L, 0L), (rig.Statistics.FailedWith(ScoreStatus.Faulted), rig.Statistics.ExecutionCount, rig.Statistics.Success.Count));
        Assert.Equal(ScoreStatus.Ok, await rig.Submit("good"));
        await rig.FinishAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task In_a_batch_of_many_only_the_one_that_is_refused_fails(int bad)
    {
        var rig = new BatcherRig(maxBatchSize: 8);
        rig.Gate.Poison = e => IdOf(e) == $"{bad}";
        var first = await rig.OccupyAsync();
        BatchEntry[] entries = [.. Enumerable.Range(0, 5).Select(i => rig.Entry($"{i}", rows: 1 + (i % 2), value: i))];
        Task<ScoreStatus>[] answers = [.. entries.Select(e => rig.Submit(e))];
        await rig.FinishAsync([first, .. answers]);
        for (var i = 0; i < entries.Length; i++)
        {
            Assert.Equal(i == bad ? ScoreStatus.Faulted : ScoreStatus.Ok, await answers[i]);
            if (i == bad) Assert.Equal($"the values of '{bad}' are refused", entries[i].Error);
            else Assert.Equal(Enumerable.Repeat((float)i, entries[i].Rows), BatcherRig.Answer(entries[i]));
        }
        Assert.Equal(["first", "0 1 2 3 4", "0", "1", "2", "3", "4"], rig.Ran);
    }

    [Fact]
    public async Task Requests_that_ran_one_by_one_are_counted_as_they_ran()
    {
        var rig = new BatcherRig(maxBatchSize: 8);
        rig.Gate.Poison = e => IdOf(e) == "b";
        var first = await rig.OccupyAsync();
        await rig.FinishAsync(first, rig.Submit("a"), rig.Submit("b", rows: 3), rig.Submit("c", rows: 2));
        var s = rig.Statistics;
        Assert.Equal((3L, 1L), (s.Success.Count, s.Failure.Count));
        Assert.Equal((3L, 4L), (s.ExecutionCount, s.RowCount));
        Assert.Equal([(1, 2L), (2, 1L)], s.BatchSizes.Select(b => (b.Rows, b.Infer.Count)));
    }

    [Fact]
    public async Task A_batch_of_which_all_are_refused_fails_each_and_frees_the_instance()
    {
        var rig = new BatcherRig(maxBatchSize: 8);
        rig.Gate.Poison = e => IdOf(e) != "first" && IdOf(e) != "good";
        var first = await rig.OccupyAsync();
        Task<ScoreStatus>[] answers = [rig.Submit("a"), rig.Submit("b")];
        await rig.FinishAsync([first, .. answers]);
        Assert.All(answers, a => Assert.Equal(ScoreStatus.Faulted, a.Result));
        Assert.Equal(ScoreStatus.Ok, await rig.Submit("good"));
        await rig.FinishAsync();
    }

    private static string IdOf(BatchEntry entry) => System.Text.Encoding.UTF8.GetString(entry.Id.Span);
}
