using System.Globalization;

namespace Trainer.Learners;

/// <summary>
/// Reads LightGBM's text form (version v4). What cannot be represented exactly in <see cref="TreeModel"/> is refused with its name.
/// </summary>
internal static class TreeModelParser
{
    private const int CategoricalBit = 1;
    private const int DefaultLeftBit = 2;

    public static TreeModel Parse(string text)
    {
        var blocks = SplitBlocks(text);
        var header = blocks[0];
        if (Value(header, "version") is not "v4" and var version) throw Refused($"version '{version}'; v4 is handled");
        if (header.ContainsKey("average_output")) throw Refused("averaged output (random forest)");
        RefuseOtherBoosting(text);
        var (objective, scale) = ParseObjective(Value(header, "objective"));
        var targets = Integer(header, "num_tree_per_iteration");
        var trees = blocks.Skip(1).Select(ParseTree).ToList();
        if (trees.Count == 0) throw Refused("a model without trees");
        return new TreeModel(objective, scale, targets, Value(header, "feature_names").Split(' '), trees);
    }

    private static List<Dictionary<string, string>> SplitBlocks(string text)
    {
        var blocks = new List<Dictionary<string, string>> { new(StringComparer.Ordinal) };
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.TrimEnd('\r');
            if (line == "end of trees") return blocks;
            if (line.StartsWith("Tree=", StringComparison.Ordinal)) blocks.Add(new(StringComparer.Ordinal));
            var equals = line.IndexOf('=');
            if (line.Length > 0) blocks[^1][equals < 0 ? line : line[..equals]] = equals < 0 ? "" : line[(equals + 1)..];
        }
        throw Refused("a model text without its end-of-trees line");
    }

    private static void RefuseOtherBoosting(string text)
    {
        const string Key = "\n[boosting: ";
        var at = text.IndexOf(Key, StringComparison.Ordinal);
        if (at < 0) return;
        var boosting = text[(at + Key.Length)..text.IndexOf(']', at)];
        if (boosting != "gbdt") throw Refused($"boosting '{boosting}'; gbdt is handled");
    }

    private static (TreeObjective Objective, double SigmoidScale) ParseObjective(string text)
    {
        var words = text.Split(' ');
        switch (words[0])
        {
            case "binary":
                const string Scale = "sigmoid:";
                return (TreeObjective.Binary, Number(words.Single(w => w.StartsWith(Scale, StringComparison.Ordinal))[Scale.Length..]));
            case "regression" or "regression_l1" or "huber" or "fair" or "quantile" or "mape" when !words.Contains("sqrt"):
                return (TreeObjective.Regression, 1);
            case "multiclass":
                return (TreeObjective.Multiclass, 1);
            default:
                throw Refused($"objective '{text}'; binary, multiclass and regression (l2, l1, huber, fair, quantile, mape) are handled");
        }
    }

    private static Tree ParseTree(Dictionary<string, string> block)
    {
        if (Value(block, "is_linear") != "0") throw Refused("linear trees");
        var leaves = Numbers(block, "leaf_value");
        if (leaves.Length == 1) return new Tree([], leaves);
        var features = Integers(block, "split_feature");
        var thresholds = Numbers(block, "threshold");
        var decisions = Integers(block, "decision_type");
        var left = Integers(block, "left_child");
        var right = Integers(block, "right_child");
        var sets = Integer(block, "num_cat") == 0 ? [] : ParseSets(Integers(block, "cat_boundaries"), block["cat_threshold"].Split(' '));
        var splits = features.Select((feature, i) =>
        {
            var isCategorical = (decisions[i] & CategoricalBit) != 0;
            return new TreeSplit(
                feature,
                isCategorical ? 0 : thresholds[i],
                isCategorical ? sets[(int)thresholds[i]] : null,
                (MissingHandling)((decisions[i] >> 2) & 3),
                (decisions[i] & DefaultLeftBit) != 0,
                left[i],
                right[i]);
        });
        return new Tree([.. splits], leaves);
    }

    /// <summary>Bit b of word w of a set stands for category 32 w + b.</summary>
    private static List<int[]> ParseSets(int[] boundaries, string[] words)
    {
        var sets = new List<int[]>();
        for (var set = 0; set + 1 < boundaries.Length; set++)
        {
            var members = new List<int>();
            for (var word = boundaries[set]; word < boundaries[set + 1]; word++)
            {
                var bits = uint.Parse(words[word], CultureInfo.InvariantCulture);
                for (var bit = 0; bit < 32; bit++)
                {
                    if ((bits >> bit & 1) != 0) members.Add((word - boundaries[set]) * 32 + bit);
                }
            }
            sets.Add(members.Count > 0 ? [.. members] : throw Refused("a categorical split without categories"));
        }
        return sets;
    }

    private static string Value(Dictionary<string, string> block, string key) =>
        block.TryGetValue(key, out var value) ? value : throw Refused($"a model text without '{key}'");

    private static int Integer(Dictionary<string, string> block, string key) => int.Parse(Value(block, key), CultureInfo.InvariantCulture);

    private static int[] Integers(Dictionary<string, string> block, string key) =>
        [.. Value(block, key).Split(' ').Select(v => int.Parse(v, CultureInfo.InvariantCulture))];

    private static double[] Numbers(Dictionary<string, string> block, string key) => [.. Value(block, key).Split(' ').Select(Number)];

    private static double Number(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && !double.IsNaN(number) => number,
        _ => throw Refused($"the number '{text}'"),
    };

    private static TrainerException Refused(string what) => new($"The booster cannot be exported: {what}.");
}
