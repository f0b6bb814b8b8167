namespace Trainer.Data;

/// <summary>
/// How raw values become the learner's numbers. A category's code is its place (from 1) in the ordinal order of the training part's texts;
/// an empty text is NaN, a text that training never saw gets a code that no tree tests: both go where the learner sends missing ones.
/// </summary>
internal sealed class FeatureEncoding
{
    private readonly IReadOnlyList<Dictionary<string, int>?> _codes;

    private FeatureEncoding(IReadOnlyList<EncodedFeature> features)
    {
        Features = features;
        _codes = [.. features.Select(f => f.IsCategory
            ? f.Categories.Select((text, i) => (text, i)).ToDictionary(c => c.text, c => c.i + FirstCode, StringComparer.Ordinal)
            : null)];
    }

    /// <summary>From 1: ONNX Runtime 1.31 tests sets without 0 faster (200 trees, 20 categories: 11 against 13.5 µs a row).</summary>
    public const int FirstCode = 1;

    public IReadOnlyList<EncodedFeature> Features { get; }

    public IEnumerable<int> CategoryColumns => Enumerable.Range(0, Features.Count).Where(i => Features[i].IsCategory);

    public static FeatureEncoding Fit(FeatureTable training) => new([.. training.Columns.Select(column => column.Texts is null
        ? new EncodedFeature(column.Name, IsCategory: false, [])
        : new EncodedFeature(column.Name, IsCategory: true,
            [.. column.Texts.Where(text => text.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]))]);

    public FeatureMatrix Encode(FeatureTable table)
    {
        var width = Features.Count;
        var values = new float[table.Rows * width];
        for (var column = 0; column < width; column++)
        {
            for (var row = 0; row < table.Rows; row++)
            {
                values[row * width + column] = _codes[column] is { } codes
                    ? Code(codes, table.Columns[column].Texts![row])
                    : table.Columns[column].Numbers![row];
            }
        }
        return new FeatureMatrix(values, table.Rows, width);
    }

    private static float Code(Dictionary<string, int> codes, string text)
    {
        if (text.Length == 0) return float.NaN;
        return codes.TryGetValue(text, out var code) ? code : codes.Count + FirstCode;
    }
}
