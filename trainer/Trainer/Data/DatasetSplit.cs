namespace Trainer.Data;

/// <summary>
/// Row numbers of the three parts: to fit, to choose (rounds, thresholds), and held out for the report. Disjoint, complete, in row order.
/// </summary>
internal sealed record DatasetSplit(IReadOnlyList<int> Training, IReadOnlyList<int> Validation, IReadOnlyList<int> HeldOut)
{
    /// <summary>Shuffles each label's rows by the seed and cuts them in the same shares, so that every part has the label's rate.</summary>
    public static DatasetSplit Stratified(IReadOnlyList<float> labels, double validationShare, double heldOutShare, long seed)
    {
        List<int> training = [], validation = [], heldOut = [];
        var random = new SplitMix64((ulong)seed);
        foreach (var group in Enumerable.Range(0, labels.Count).GroupBy(row => labels[row]).OrderBy(g => g.Key))
        {
            var rows = group.ToArray();
            random.Shuffle(rows);
            var heldOutRows = (int)Math.Round(rows.Length * heldOutShare);
            var validationRows = (int)Math.Round(rows.Length * validationShare);
            heldOut.AddRange(rows.AsSpan(0, heldOutRows));
            validation.AddRange(rows.AsSpan(heldOutRows, validationRows));
            training.AddRange(rows.AsSpan(heldOutRows + validationRows));
        }
        training.Sort();
        validation.Sort();
        heldOut.Sort();
        return new DatasetSplit(training, validation, heldOut);
    }
}
