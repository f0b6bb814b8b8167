namespace Trainer.Learners;

/// <summary>
/// A boosted-tree model as data. Tree i adds to target i modulo <see cref="Targets"/>; the objective turns the sums into predictions.
/// </summary>
internal sealed record TreeModel(
    TreeObjective Objective, double SigmoidScale, int Targets, IReadOnlyList<string> FeatureNames, IReadOnlyList<Tree> Trees);

/// <summary>What the summed leaves mean.</summary>
internal enum TreeObjective
{
    /// <summary>Probability = sigmoid(scale x sum).</summary>
    Binary,

    /// <summary>The sum itself.</summary>
    Regression,

    /// <summary>Probabilities = softmax of the sums.</summary>
    Multiclass,
}

/// <summary>One tree. Split 0 is the root; a tree of one leaf has no splits.</summary>
internal sealed record Tree(IReadOnlyList<TreeSplit> Splits, IReadOnlyList<double> Leaves);

/// <summary>One inner node. A child of 0 or more is a split's number; below 0 it is the complement (~) of a leaf's number.</summary>
/// <param name="Threshold">Goes left: value at most this. Of numeric splits only.</param>
/// <param name="Categories">Goes left: value in this set; everything else, missing included, goes right. Null for numeric splits.</param>
internal sealed record TreeSplit(
    int Feature, double Threshold, IReadOnlyList<int>? Categories, MissingHandling Missing, bool DefaultLeft, int Left, int Right);

/// <summary>What a numeric split does with NaN and zero.</summary>
internal enum MissingHandling
{
    /// <summary>NaN counts as 0.</summary>
    None,

    /// <summary>NaN and 0 (up to 1e-35 either way) go to the default side.</summary>
    Zero,

    /// <summary>NaN goes to the default side.</summary>
    NaN,
}
