using Trainer.Export;
using Trainer.Learners;
using Trainer.Tests.Learners;

namespace Trainer.Tests.Export;

public sealed class ParityCheckTests
{
    private readonly SyntheticRows _rows = new(500, 3, seed: 31);

    [Fact]
    public void A_graph_that_differs_fails_with_the_row_and_both_values()
    {
        using var trees = _rows.Fit(_rows.Binary, 5, ("objective", "binary"));
        var expected = trees.Predict(_rows.Encoding.Encode(_rows.Table));
        var shifted = TreeModelParser.Parse(trees.Text);
        shifted = shifted with { Trees = [new Tree([], [0.001]), .. shifted.Trees] };
        var graph = new OnnxGraphWriter(shifted, _rows.Encoding).Write("test", "", []);
        var error = Assert.Throws<TrainerException>(() => ParityCheck.Run(graph, _rows.Table, expected));
        Assert.StartsWith(
            $"The export does not hold. Row 0 ({_rows.Table.Describe(0)}): LightGBM gives {expected[0]:R}, ONNX Runtime gives 0.",
            error.Message);
    }

    [Fact]
    public void A_graph_that_does_not_load_fails_with_the_runtimes_words()
    {
        using var trees = _rows.Fit(_rows.Binary, 5, ("objective", "binary"));
        var graph = new OnnxGraphWriter(TreeModelParser.Parse(trees.Text), _rows.Encoding).Write("test", "", []);
        graph.Graph.Node[^1].OpType = "Sigmold";
        var error = Assert.Throws<TrainerException>(() => ParityCheck.Run(graph, _rows.Table, new double[_rows.Table.Rows]));
        Assert.StartsWith("The export does not run in ONNX Runtime: ", error.Message);
        Assert.Contains("Sigmold", error.Message);
    }

    [Fact]
    public void An_answer_that_is_not_a_number_never_passes()
    {
        using var trees = _rows.Fit(_rows.Binary, 5, ("objective", "binary"));
        var graph = new OnnxGraphWriter(TreeModelParser.Parse(trees.Text), _rows.Encoding).Write("test", "", []);
        Assert.Throws<TrainerException>(() => ParityCheck.Run(graph, _rows.Table, [.. Enumerable.Repeat(double.NaN, _rows.Table.Rows)]));
    }

    [Fact]
    public void Checked_rows_hold_real_ones_first_then_missing_unseen_and_extreme_values()
    {
        using var trees = _rows.Fit(_rows.Binary, 5, ("objective", "binary"));
        var rows = new ParityRows(TreeModelParser.Parse(trees.Text), _rows.Encoding, seed: 1).Build(_rows.Table, 1000);
        Assert.Equal(1000, rows.Rows);
        Assert.Equal(_rows.Table.Columns[2].Texts!, rows.Columns[2].Texts![..500]);
        Assert.Contains(float.PositiveInfinity, rows.Columns[0].Numbers![500..]);
        Assert.Contains(rows.Columns[0].Numbers![500..], float.IsNaN);
        Assert.Contains(rows.Columns[2].Texts![500..], t => t.Length > 0 && !_rows.Encoding.Features[2].Categories.Contains(t));
    }
}
