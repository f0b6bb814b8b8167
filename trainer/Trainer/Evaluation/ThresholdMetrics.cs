namespace Trainer.Evaluation;

/// <summary>Quality of calling a row positive where its score reaches a threshold.</summary>
internal static class ThresholdMetrics
{
    /// <summary>Harmonic mean of precision and recall; 0 where no row is called or positive.</summary>
    public static double F1(IReadOnlyList<float> labels, IReadOnlyList<double> scores, double threshold)
    {
        int truePositives = 0, called = 0, positives = 0;
        for (var i = 0; i < labels.Count; i++)
        {
            var isCalled = scores[i] >= threshold;
            if (isCalled) called++;
            if (labels[i] == 1) positives++;
            if (isCalled && labels[i] == 1) truePositives++;
        }
        return F1(truePositives, called, positives);
    }

    /// <summary>The score among those given that, as a threshold, gives the best F1; of equals the lowest.</summary>
    public static double BestF1Threshold(IReadOnlyList<float> labels, IReadOnlyList<double> scores)
    {
        var positives = labels.Count(y => y == 1);
        int truePositives = 0, called = 0;
        var best = (Threshold: double.NaN, F1: -1.0);
        foreach (var tied in Enumerable.Range(0, labels.Count).GroupBy(i => scores[i]).OrderByDescending(g => g.Key))
        {
            called += tied.Count();
            truePositives += tied.Count(i => labels[i] == 1);
            var f1 = F1(truePositives, called, positives);
            if (f1 >= best.F1) best = (tied.Key, f1);
        }
        return best.Threshold;
    }

    private static double F1(int truePositives, int called, int positives) =>
        called + positives == 0 ? 0 : 2.0 * truePositives / (called + positives);
}
