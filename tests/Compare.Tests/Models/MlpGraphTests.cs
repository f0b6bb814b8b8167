using System.Runtime.InteropServices;
using Compare.Models;
using Compare.Runtime;
using Contracts.Onnx;
using Xunit;

namespace Compare.Tests.Models;

public sealed class MlpGraphTests
{
    [Fact]
    public void The_runtime_computes_what_the_layers_say()
    {
        using var folder = new TemporaryFolder();
        var repository = RepositoryFolder.Create(folder.Path).Add("mlp", seed: 5);
        using var session = new ModelSession(repository.GraphPath("mlp", 1), maxBatch: 4);
        var graph = MlpGraph.Build(5).Graph;

        for (var row = 0; row < 20; row++)
        {
            var values = Appliance.LoadGen.Bodies.InferBody.Values([1, MlpGraph.Width], row);
            Assert.Equal(Compute(graph, values), session.Score(values), 1e-5);
        }
    }

    [Fact]
    public void The_seed_decides_the_weights()
    {
        Assert.Equal(MlpGraph.Build(1), MlpGraph.Build(1));
        Assert.NotEqual(MlpGraph.Build(1), MlpGraph.Build(2));
    }

    [Fact]
    public void Rows_are_free_and_columns_fixed()
    {
        var graph = MlpGraph.Build(1).Graph;

        Assert.Equal(["batch", "64"], graph.Input.Single().Type.TensorType.Shape.Dim.Select(dim => dim.DimParam + (dim.DimParam == "" ? $"{dim.DimValue}" : "")));
        Assert.Equal([256L * 64, 256, 256 * 128, 128, 128, 1], graph.Initializer.Select(tensor => tensor.RawData.Length / 4L));
    }

    /// <summary>The network written out plainly.</summary>
    private static double Compute(GraphProto graph, float[] input)
    {
        var value = input.Select(x => (double)x).ToArray();
        for (var layer = 0; layer < 3; layer++)
        {
            var w = Floats(graph, $"w{layer}");
            var b = Floats(graph, $"b{layer}");
            var sums = b.Select((bias, column) => bias + value.Select((x, row) => x * w[row * b.Length + column]).Sum());
            value = [.. sums.Select(z => layer < 2 ? Math.Max(0, z) : 1 / (1 + Math.Exp(-z)))];
        }
        return value.Single();
    }

    private static float[] Floats(GraphProto graph, string name) =>
        MemoryMarshal.Cast<byte, float>(graph.Initializer.Single(tensor => tensor.Name == name).RawData.Span).ToArray();
}
