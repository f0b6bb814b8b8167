using Contracts.Onnx;

namespace Compare.Models;

/// <summary>
/// The measured model: 64-256-128-1 with ReLU, ReLU and sigmoid, weights from a seed, any number of rows. Real arithmetic of a scoring model's
/// size, with nothing learnt in it. Wider layers make a slower one of the same shape.
/// </summary>
internal static class MlpGraph
{
    public const string Input = "input";
    public const string Output = "output";
    public const int Width = 64;
    private static readonly string[] _activations = ["Relu", "Relu", "Sigmoid"];

    /// <param name="first">Units of the first hidden layer.</param>
    /// <param name="second">Units of the second.</param>
    public static ModelProto Build(int seed, int first = 256, int second = 128)
    {
        int[] widths = [Width, first, second, 1];
        var random = new Random(seed);
        var graph = new GraphProto { Name = "mlp", Input = { GraphParts.Tensor(Input, Width) }, Output = { GraphParts.Tensor(Output, 1) } };
        var value = Input;
        for (var layer = 0; layer < _activations.Length; layer++)
        {
            var (wide, narrow) = (widths[layer], widths[layer + 1]);
            graph.Initializer.Add(GraphParts.Weights($"w{layer}", random, Math.Sqrt(6.0 / wide), wide, narrow));
            graph.Initializer.Add(GraphParts.Weights($"b{layer}", random, 0.1, narrow));
            graph.Node.Add(new NodeProto { OpType = "Gemm", Name = $"gemm{layer}", Input = { value, $"w{layer}", $"b{layer}" }, Output = { $"z{layer}" } });
            value = layer + 1 == _activations.Length ? Output : $"a{layer}";
            graph.Node.Add(new NodeProto { OpType = _activations[layer], Name = $"act{layer}", Input = { $"z{layer}" }, Output = { value } });
        }
        return GraphParts.Model(graph);
    }
}
