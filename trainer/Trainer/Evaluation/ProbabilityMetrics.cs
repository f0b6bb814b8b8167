namespace Trainer.Evaluation;

/// <summary>How close probabilities are to what happened (labels 1 and 0); lower is better.</summary>
internal static class ProbabilityMetrics
{
    /// <summary>A certain prediction that is wrong costs -ln(1e-15), not infinity.</summary>
    private const double Certain = 1e-15;

    /// <summary>Mean of -ln(probability given to what happened).</summary>
    public static double LogLoss(IReadOnlyList<float> labels, IReadOnlyList<double> probabilities) =>
        labels.Zip(probabilities, (y, p) => -Math.Log(Math.Clamp(y == 1 ? p : 1 - p, Certain, 1))).Average();

    /// <summary>Mean squared difference of probability and label.</summary>
    public static double Brier(IReadOnlyList<float> labels, IReadOnlyList<double> probabilities) =>
        labels.Zip(probabilities, (y, p) => (p - y) * (p - y)).Average();
}
