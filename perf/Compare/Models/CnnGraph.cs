using Contracts.Onnx;

namespace Compare.Models;

/// <summary>A small image classifier: three 3x3 convolutions of stride 2 with 16, 32 and 64 channels over 3x112x112, mean over the image, 10 scores. Weights from a seed; about 9 million multiplications.</summary>
internal static class CnnGraph
{
    public const string Input = "image";
    public const string Output = "scores";
    public const int Channels = 3, Side = 112, Classes = 10;
    private static readonly int[] _channels = [Channels, 16, 32, 64];

    public static ModelProto Build(int seed)
    {
        var random = new Random(seed);
        var graph = new GraphProto { Name = "cnn", Input = { GraphParts.Tensor(Input, Channels, Side, Side) }, Output = { GraphParts.Tensor(Output, Classes) } };
        var value = Input;
        for (var layer = 0; layer + 1 < _channels.Length; layer++)
        {
            var (from, to) = (_channels[layer], _channels[layer + 1]);
            graph.Initializer.Add(GraphParts.Weights($"w{layer}", random, Math.Sqrt(6.0 / (from * 9)), to, from, 3, 3));
            var convolution = new NodeProto { OpType = "Conv", Name = $"conv{layer}", Input = { value, $"w{layer}" }, Output = { $"z{layer}" } };
            convolution.Attribute.Add(Integers("strides", 2, 2));
            convolution.Attribute.Add(Integers("pads", 1, 1, 1, 1));
            graph.Node.Add(convolution);
            value = $"a{layer}";
            graph.Node.Add(new NodeProto { OpType = "Relu", Name = $"relu{layer}", Input = { $"z{layer}" }, Output = { value } });
        }
        graph.Node.Add(new NodeProto { OpType = "GlobalAveragePool", Name = "pool", Input = { value }, Output = { "pooled" } });
        graph.Node.Add(new NodeProto { OpType = "Flatten", Name = "flat", Input = { "pooled" }, Output = { "flat" } });
        graph.Initializer.Add(GraphParts.Weights("w", random, 0.3, _channels[^1], Classes));
        graph.Node.Add(new NodeProto { OpType = "MatMul", Name = "classes", Input = { "flat", "w" }, Output = { Output } });
        return GraphParts.Model(graph);
    }

    private static AttributeProto Integers(string name, params long[] values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };
}
