using Trainer.Learners;

namespace Trainer.Tests.Learners;

public sealed class TreeModelParserTests
{
    private const string Model = """
        tree
        version=v4
        num_class=1
        num_tree_per_iteration=1
        label_index=0
        max_feature_idx=1
        objective=binary sigmoid:1.5
        feature_names=age plan
        feature_infos=[1:9] 1:2:3:40
        tree_sizes=1 2

        Tree=0
        num_leaves=3
        num_cat=1
        split_feature=0 1
        split_gain=1 1
        threshold=2.5000000000000004 0
        decision_type=10 1
        left_child=1 -1
        right_child=-2 -3
        leaf_value=0.25 -1e-3 0.5
        cat_boundaries=0 2
        cat_threshold=10 256
        is_linear=0
        shrinkage=1


        Tree=1
        num_leaves=1
        num_cat=0
        split_feature=
        threshold=
        decision_type=
        left_child=
        right_child=
        leaf_value=-0.125
        is_linear=0
        shrinkage=1


        end of trees

        parameters:
        [boosting: gbdt]
        end of parameters

        """;

    [Fact]
    public void Splits_sets_and_leaves_come_out_typed()
    {
        var model = TreeModelParser.Parse(Model);
        Assert.Equal((TreeObjective.Binary, 1.5, 1, 2), (model.Objective, model.SigmoidScale, model.Targets, model.Trees.Count));
        Assert.Equal(["age", "plan"], model.FeatureNames);

        var numeric = model.Trees[0].Splits[0];
        Assert.Equal(new TreeSplit(0, 2.5000000000000004, null, MissingHandling.NaN, DefaultLeft: true, Left: 1, Right: ~1), numeric);

        // 10 = bits 1 and 3 of the first word; 256 = bit 8 of the second: 40.
        Assert.Equal([1, 3, 40], model.Trees[0].Splits[1].Categories!);
        Assert.Equal([0.25, -1e-3, 0.5], model.Trees[0].Leaves);
        Assert.Empty(model.Trees[1].Splits);
        Assert.Equal([-0.125], model.Trees[1].Leaves);
    }

    [Fact]
    public void Infinite_thresholds_are_numbers()
    {
        var model = TreeModelParser.Parse(Model.Replace("2.5000000000000004", "inf"));
        Assert.Equal(double.PositiveInfinity, model.Trees[0].Splits[0].Threshold);
    }

    [Theory]
    [InlineData("version=v4", "version=v3", "version 'v3'; v4 is handled")]
    [InlineData("objective=binary sigmoid:1.5", "objective=poisson", "objective 'poisson'")]
    [InlineData("objective=binary sigmoid:1.5", "objective=regression sqrt", "objective 'regression sqrt'")]
    [InlineData("max_feature_idx=1", "average_output", "averaged output (random forest)")]
    [InlineData("is_linear=0", "is_linear=1", "linear trees")]
    [InlineData("[boosting: gbdt]", "[boosting: dart]", "boosting 'dart'; gbdt is handled")]
    [InlineData("leaf_value=0.25", "leaf_value=nan", "the number 'nan'")]
    [InlineData("cat_threshold=10 256", "cat_threshold=0 0", "a categorical split without categories")]
    [InlineData("end of trees", "", "a model text without its end-of-trees line")]
    public void What_is_not_handled_is_refused_by_name(string part, string replacement, string expected)
    {
        var error = Assert.Throws<TrainerException>(() => TreeModelParser.Parse(Model.Replace(part, replacement)));
        Assert.StartsWith("The booster cannot be exported: " + expected, error.Message);
    }

    [Theory]
    [InlineData("boosting", "dart")]
    [InlineData("boosting", "rf")]
    [InlineData("linear_tree", "true")]
    [InlineData("objective", "gamma")]
    public void Boosters_that_the_library_makes_are_refused_too(string parameter, string value)
    {
        var rows = new SyntheticRows(400, 4, seed: 5);
        (string, string)[] common = [("bagging_freq", "1"), ("bagging_fraction", "0.5"), ("min_data_in_leaf", "5"), (parameter, value)];
        if (parameter != "objective") common = [.. common, ("objective", "regression")];
        using var trees = rows.Fit([.. rows.Regression.Select(v => v + 1000)], 3, common);
        Assert.Throws<TrainerException>(() => TreeModelParser.Parse(trees.Text));
    }
}
