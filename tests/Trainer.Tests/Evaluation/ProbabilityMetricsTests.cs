using Trainer.Evaluation;

namespace Trainer.Tests.Evaluation;

public sealed class ProbabilityMetricsTests
{
    [Fact]
    public void Log_loss_is_the_mean_surprise() =>
        Assert.Equal((-Math.Log(0.8) - Math.Log(0.7)) / 2, ProbabilityMetrics.LogLoss([1, 0], [0.8, 0.3]), 12);

    [Fact]
    public void A_certain_mistake_costs_much_but_not_infinitely() =>
        Assert.Equal(-Math.Log(1e-15), ProbabilityMetrics.LogLoss([1], [0]), 9);

    // (0.2^2 + 0.3^2) / 2
    [Fact]
    public void Brier_is_the_mean_square() => Assert.Equal(0.065, ProbabilityMetrics.Brier([1, 0], [0.8, 0.3]), 12);
}
