using Contracts.Onnx;
using Trainer.Export;
using Trainer.Learners;
using Trainer.Tests.Learners;

namespace Trainer.Tests.Export;

public sealed class OnnxGraphWriterTests
{
    // Sets of up to 30 small codes and larger sets take different ways through the runtime.
    [Theory]
    [InlineData(5, 5, 2)]
    [InlineData(40, 40, 5)]
    [InlineData(150, 150, 31)]
    public void Binary_with_missing_values_and_categories_answers_as_the_booster_does(int categories, int highestCode, int largestSet)
    {
        var rows = new SyntheticRows(2500, categories, seed: 21);
        using var trees = rows.Fit(
            rows.Binary, 40, ("objective", "binary"), ("min_data_per_group", "5"), ("cat_smooth", "1"), ("max_cat_threshold", "128"));
        var (model, graph) = AssertParity(rows, trees);
        Assert.Contains(model.Trees.SelectMany(t => t.Splits), s => s.Missing == MissingHandling.NaN && s.Categories is null);
        var sets = model.Trees.SelectMany(t => t.Splits).Where(s => s.Categories is not null).Select(s => s.Categories!).ToList();
        Assert.Equal(highestCode, sets.Max(set => set.Max()));
        Assert.InRange(sets.Max(set => set.Count), largestSet, categories);
        Assert.Equal("probability", graph.Graph.Output.Single().Name);
    }

    [Fact]
    public void A_regression_answers_as_the_booster_does()
    {
        var rows = new SyntheticRows(2500, 8, seed: 22);
        using var trees = rows.Fit(rows.Regression, 60, ("objective", "regression"));
        var (_, graph) = AssertParity(rows, trees);
        Assert.Equal("prediction", graph.Graph.Output.Single().Name);
    }

    [Fact]
    public void Multiclass_with_a_class_that_never_occurs_has_trees_of_one_leaf_and_answers_as_the_booster_does()
    {
        var rows = new SyntheticRows(2500, 8, seed: 23);
        using var trees = rows.Fit(rows.Classes, 30, ("objective", "multiclass"), ("num_class", "4"));
        var (model, graph) = AssertParity(rows, trees);
        Assert.Contains(model.Trees, t => t.Splits.Count == 0);
        Assert.Equal(4, graph.Graph.Output.Single().Type.TensorType.Shape.Dim[1].DimValue);
    }

    [Fact]
    public void Trees_of_one_leaf_between_others_keep_their_own_value()
    {
        var rows = new SyntheticRows(1000, 4, seed: 27);
        using var trees = rows.Fit(rows.Regression, 6, ("objective", "regression"), ("num_leaves", "4"));
        var model = TreeModelParser.Parse(trees.Text);
        Tree[] constants = [.. new[] { 1000.0, 2000, 4000 }.Select(v => new Tree([], [v]))];
        var mixed = model with { Trees = [constants[0], .. model.Trees.Take(3), constants[1], constants[2], .. model.Trees.Skip(3)] };
        var expected = trees.Predict(rows.Encoding.Encode(rows.Table)).Select(p => p + 7000).ToArray();
        ParityCheck.Run(new OnnxGraphWriter(mixed, rows.Encoding).Write("mixed", "", []), rows.Table, expected);
    }

    [Fact]
    public void Where_zero_is_missing_zeros_and_NaN_go_the_default_way()
    {
        var rows = new SyntheticRows(2500, 8, seed: 24);
        using var trees = rows.Fit(rows.Binary, 40, ("objective", "binary"), ("zero_as_missing", "true"));
        var (model, _) = AssertParity(rows, trees);
        Assert.Contains(model.Trees.SelectMany(t => t.Splits), s => s.Missing == MissingHandling.Zero);
    }

    [Fact]
    public void Where_nothing_is_missing_NaN_counts_as_zero()
    {
        var rows = new SyntheticRows(2500, 8, seed: 25);
        using var trees = rows.Fit(rows.Binary, 40, ("objective", "binary"), ("use_missing", "false"));
        var (model, _) = AssertParity(rows, trees);
        Assert.All(model.Trees.SelectMany(t => t.Splits), s => Assert.Equal(MissingHandling.None, s.Missing));
    }

    [Fact]
    public void A_sigmoid_scale_is_kept()
    {
        var rows = new SyntheticRows(2500, 8, seed: 26);
        using var trees = rows.Fit(rows.Binary, 20, ("objective", "binary"), ("sigmoid", "2.5"));
        var (model, _) = AssertParity(rows, trees);
        Assert.Equal(2.5, model.SigmoidScale);
    }

    [Fact]
    public void Inputs_are_one_column_each_with_a_symbolic_row_count()
    {
        var rows = new SyntheticRows(500, 3, seed: 28);
        using var trees = rows.Fit(rows.Binary, 3, ("objective", "binary"));
        var writer = new OnnxGraphWriter(TreeModelParser.Parse(trees.Text), rows.Encoding);
        var graph = writer.Write("demo", "A demo.", ["first", "second", "third"]);
        Assert.Equal((10, "demo", "A demo."), (graph.IrVersion, graph.Graph.Name, graph.DocString));
        Assert.Equal([("", 21L), ("ai.onnx.ml", 5L)], graph.OpsetImport.Select(o => (o.Domain, o.Version)));
        Assert.Equal(["x", "y", "kind"], graph.Graph.Input.Select(i => i.Name));
        Assert.Equal(["first", "second", "third"], graph.Graph.Input.Select(i => i.DocString));
        Assert.All(graph.Graph.Input.Concat(graph.Graph.Output), v =>
        {
            Assert.Equal("N", v.Type.TensorType.Shape.Dim[0].DimParam);
            Assert.Equal(1, v.Type.TensorType.Shape.Dim[1].DimValue);
        });
    }

    private static (TreeModel Model, ModelProto Graph) AssertParity(SyntheticRows rows, BoostedTrees trees)
    {
        var model = TreeModelParser.Parse(trees.Text);
        var graph = new OnnxGraphWriter(model, rows.Encoding).Write("test", "", []);
        var parityRows = new ParityRows(model, rows.Encoding, seed: 1).Build(rows.Table, 5000);
        var outcome = ParityCheck.Run(graph, parityRows, trees.Predict(rows.Encoding.Encode(parityRows)));
        TestContext.Current.TestOutputHelper?.WriteLine($"worst difference {outcome.WorstDifference:E2}");
        return (model, graph);
    }
}
