using Compare.Models;
using Compare.Runtime;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace Compare.Tests.Models;

/// <summary>The graphs of the second serving table, run by ONNX Runtime.</summary>
public sealed class ServingGraphTests
{
    [Fact]
    public void The_trees_split_rows_apart_and_are_the_same_for_the_same_seed()
    {
        using var folder = new TemporaryFolder();
        var repository = RepositoryFolder.Create(folder.Path).AddGraph("trees", TreeGraph.Build(3));
        using var session = new ModelSession(repository.GraphPath("trees", 1), maxBatch: 4);
        var scores = Enumerable.Range(0, 20).Select(i => session.Score([.. Enumerable.Range(0, TreeGraph.Width).Select(j => MathF.Sin(i * 7 + j))])).ToList();
        Assert.True(scores.Distinct().Count() > 15);
        Assert.All(scores, score => Assert.InRange(score, -0.5f, 0.5f));
        Assert.Equal(TreeGraph.Build(3).ToByteArray(), TreeGraph.Build(3).ToByteArray());
    }

    [Fact]
    public void Every_tree_has_31_leaves_and_30_splits()
    {
        var node = TreeGraph.Build(1).Graph.Node.Single();
        var modes = node.Attribute.Single(a => a.Name == "nodes_modes").Strings.Select(s => s.ToStringUtf8()).ToList();
        Assert.Equal((200 * 31, 200 * 30), (modes.Count(m => m == "LEAF"), modes.Count(m => m == "BRANCH_LEQ")));
    }

    [Fact]
    public void The_images_have_scores_that_depend_on_them()
    {
        using var session = new InferenceSession(CnnGraph.Build(1).ToByteArray());
        Assert.NotEqual(Scores(session, 0.2f), Scores(session, 0.9f));
        Assert.Equal(CnnGraph.Classes, Scores(session, 0.5f).Length);
    }

    private static float[] Scores(InferenceSession session, float value)
    {
        var pixels = new float[CnnGraph.Channels * CnnGraph.Side * CnnGraph.Side];
        Array.Fill(pixels, value);
        using var image = OrtValue.CreateTensorValueFromMemory(pixels, [1, CnnGraph.Channels, CnnGraph.Side, CnnGraph.Side]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [CnnGraph.Input], [image], [CnnGraph.Output]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
