namespace Trainer.Evaluation;

/// <summary>Predicted against observed rates in ten equal bands of probability; empty bands are left out.</summary>
internal sealed record CalibrationTable(IReadOnlyList<CalibrationBin> Bins, double ExpectedError)
{
    public const int BinCount = 10;

    public static CalibrationTable Of(IReadOnlyList<float> labels, IReadOnlyList<double> probabilities)
    {
        var bins = Enumerable.Range(0, labels.Count)
            .GroupBy(i => Math.Min((int)(probabilities[i] * BinCount), BinCount - 1))
            .OrderBy(g => g.Key)
            .Select(g => new CalibrationBin(
                From: g.Key / (double)BinCount,
                To: (g.Key + 1) / (double)BinCount,
                Rows: g.Count(),
                Predicted: g.Average(i => probabilities[i]),
                Observed: g.Average(i => labels[i])))
            .ToList();
        return new CalibrationTable(bins, bins.Sum(b => b.Rows * Math.Abs(b.Predicted - b.Observed)) / labels.Count);
    }
}

/// <summary>
/// Rows whose probability is at least From and below To (the last band: at most To), their mean probability and their rate of positives.
/// </summary>
internal sealed record CalibrationBin(double From, double To, int Rows, double Predicted, double Observed);
