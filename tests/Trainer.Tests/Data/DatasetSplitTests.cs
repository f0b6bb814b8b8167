using Trainer.Data;

namespace Trainer.Tests.Data;

public sealed class DatasetSplitTests
{
    private static readonly float[] _labels = [.. Enumerable.Range(0, 1000).Select(i => i % 10 == 0 ? 1f : 0f)];

    [Fact]
    public void Parts_are_disjoint_complete_and_hold_the_label_in_the_same_rate()
    {
        var split = DatasetSplit.Stratified(_labels, 0.2, 0.3, seed: 7);
        Assert.Equal((500, 200, 300), (split.Training.Count, split.Validation.Count, split.HeldOut.Count));
        Assert.Equal(Enumerable.Range(0, 1000), split.Training.Concat(split.Validation).Concat(split.HeldOut).Order());
        foreach (var part in new[] { split.Training, split.Validation, split.HeldOut })
        {
            Assert.Equal(part.Count / 10, part.Count(row => _labels[row] == 1));
        }
    }

    [Fact]
    public void The_seed_alone_decides_which_rows_are_held_out()
    {
        var first = DatasetSplit.Stratified(_labels, 0.2, 0.2, seed: 7).HeldOut;
        Assert.Equal(first, DatasetSplit.Stratified(_labels, 0.2, 0.2, seed: 7).HeldOut);
        Assert.NotEqual(first, DatasetSplit.Stratified(_labels, 0.2, 0.2, seed: 8).HeldOut);
    }

    [Fact]
    public void The_generator_gives_the_published_sequence()
    {
        var random = new SplitMix64(1234567);
        ulong[] published = [6457827717110365317, 3203168211198807973, 9817491932198370423];
        Assert.Equal(published, published.Select(_ => random.Next()));
    }
}
