using Trainer.Evaluation;

namespace Trainer.Tests.Evaluation;

public sealed class RankingMetricsTests
{
    // Pairs (positive, negative): 0.8 beats both, 0.35 beats 0.1 and loses to 0.4: 3 of 4.
    [Fact]
    public void Auc_is_the_share_of_pairs_that_the_positive_wins() =>
        Assert.Equal(0.75, RankingMetrics.Auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]));

    // 0.5 against 0.5 is half a win, against 0.2 a win; 0.9 beats both: 3.5 of 4.
    [Fact]
    public void A_tie_counts_half_in_Auc() => Assert.Equal(0.875, RankingMetrics.Auc([1, 0, 0, 1], [0.5, 0.5, 0.2, 0.9]));

    [Theory]
    [InlineData(1.0, 0.9, 0.1)]
    [InlineData(0.0, 0.1, 0.9)]
    [InlineData(0.5, 0.3, 0.3)]
    public void Auc_of_perfect_reversed_and_constant_scores(double expected, double positive, double negative) =>
        Assert.Equal(expected, RankingMetrics.Auc([1, 0, 1, 0], [positive, negative, positive, negative]));

    // At 0.8 precision 1 finds half, at 0.35 precision 2/3 finds the other half: 0.5 + 1/3.
    [Fact]
    public void Average_precision_weighs_precision_by_the_recall_it_adds() =>
        Assert.Equal(0.5 + 1 / 3.0, RankingMetrics.AveragePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 12);

    // At 0.9 precision 1 finds 1 of 2; at 0.5 one positive and one negative come together: precision 2/3 finds the other.
    [Fact]
    public void Tied_scores_are_taken_together_in_average_precision() =>
        Assert.Equal(0.5 + 0.5 * (2 / 3.0), RankingMetrics.AveragePrecision([1, 0, 0, 1], [0.5, 0.5, 0.2, 0.9]), 12);
}
