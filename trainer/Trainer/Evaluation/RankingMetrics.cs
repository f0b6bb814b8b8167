namespace Trainer.Evaluation;

/// <summary>How well scores rank positives (label 1) above negatives (label 0). Both labels must occur.</summary>
internal static class RankingMetrics
{
    /// <summary>Area under the ROC curve: the chance that a positive scores above a negative, a tie counting half.</summary>
    public static double Auc(IReadOnlyList<float> labels, IReadOnlyList<double> scores)
    {
        double pairsWon = 0, negativesBelow = 0, positives = 0;
        foreach (var (tiedPositives, tiedNegatives) in TieGroups(labels, scores))
        {
            pairsWon += tiedPositives * (negativesBelow + tiedNegatives / 2.0);
            negativesBelow += tiedNegatives;
            positives += tiedPositives;
        }
        return pairsWon / (positives * negativesBelow);
    }

    /// <summary>
    /// Area under the precision-recall curve as average precision: precision at each distinct score, weighted by the recall it adds.
    /// </summary>
    public static double AveragePrecision(IReadOnlyList<float> labels, IReadOnlyList<double> scores)
    {
        double sum = 0, found = 0, taken = 0;
        foreach (var (tiedPositives, tiedNegatives) in TieGroups(labels, scores).Reverse())
        {
            found += tiedPositives;
            taken += tiedPositives + tiedNegatives;
            sum += tiedPositives * (found / taken);
        }
        return sum / found;
    }

    /// <summary>Positives and negatives of each distinct score, from the lowest score up.</summary>
    private static IEnumerable<(int Positives, int Negatives)> TieGroups(IReadOnlyList<float> labels, IReadOnlyList<double> scores) =>
        Enumerable.Range(0, labels.Count)
            .GroupBy(i => scores[i])
            .OrderBy(g => g.Key)
            .Select(g => (g.Count(i => labels[i] == 1), g.Count(i => labels[i] == 0)));
}
