using Contracts.Onnx;

namespace Compare.Models;

/// <summary>
/// The measured model: 64-256-128-1 with ReLU, ReLU and sigmoid, weights from a seed, any number of rows. Real arithmetic of a scoring model's
/// size, with nothing learnt in it.
/// </summary>
internal static class MlpGraph
{
    public const string Input = "input";
    public const string Output = "output";
    public const int Width = 64;
    private static readonly int[] _widths = [Width, 256, 128, 1];
    private static readonly string[] _activations = ["Relu", "Relu", "Sigmoid"];

    public static ModelProto Build(int seed)
    {
        var random = new Random(seed);
        var graph = new GraphProto { Name = "mlp", Input = { GraphParts.Tensor(Input, Width) }, Output = { GraphParts.Tensor(Output, 1) } };
        var value = Input;
        for (var layer = 0; layer < _activations.Length; layer++)
        {
            var (wide, narrow) = (_widths[layer], _widths[layer + 1]);
            graph.Initializer.Add(GraphParts.Weights($"w{layer}", random, Math.Sqrt(6.0 / wide), wide, narrow));
            graph.Initializer.Add(GraphParts.Weights($"b{layer}", random, 0.1, narrow));
            graph.Node.Add(new NodeProto { OpType = "Gemm", Name = $"gemm{layer}", Input = { value, $"w{layer}", $"b{layer}" }, Output = { $"z{layer}" } });
            value = layer + 1 == _activations.Length ? Output : $"a{layer}";
            graph.Node.Add(new NodeProto { OpType = _activations[layer], Name = $"act{layer}", Input = { $"z{layer}" }, Output = { value } });
        }
        return GraphParts.Model(graph);
    }
}
