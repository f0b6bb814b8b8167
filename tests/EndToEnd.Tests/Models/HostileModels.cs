using Contracts.Onnx;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Models;

/// <summary>Graphs of a few hundred bytes that ask for more memory than any machine has, each in another way.</summary>
internal static class HostileModels
{
    // 4 TiB of floats: more than anybody's memory, less than an address space.
    private const long Terabytes = 1L << 40;

    /// <summary>Adds to its input the largest element of a tensor that is made from a constant shape, so that it is made while the graph is optimised.</summary>
    public static byte[] ConstantOfShape(params long[] shape) => Start()
        .Constant("shape", DataType.Int64, [shape.Length], shape)
        .Node("ConstantOfShape", ["shape"], ["big"])
        .End();

    /// <summary>The same from a constant that is repeated.</summary>
    public static byte[] TiledConstant() => Start()
        .Constant("row", DataType.Float, [1], [1f])
        .Constant("repeats", DataType.Int64, [1], [Terabytes])
        .Node("Tile", ["row", "repeats"], ["big"])
        .End();

    /// <summary>The same from a constant that doubles, again and again: no step is much larger than the one before.</summary>
    public static byte[] DoubledConstant(int times)
    {
        var graph = Start().Constant("c0", DataType.Float, [4], [1f, 2, 3, 4]);
        for (var i = 0; i < times; i++) graph.Node("Concat", [$"c{i}", $"c{i}"], [$"c{i + 1}"], GraphBuilder.Attribute("axis", 0));
        return graph.Node("Identity", [$"c{times}"], ["big"]).End();
    }

    /// <summary>A range of whole numbers without an end worth the name.</summary>
    public static byte[] Range() => Start()
        .Constant("from", DataType.Float, [], [0f])
        .Constant("to", DataType.Float, [], [1e12f])
        .Constant("step", DataType.Float, [], [1f])
        .Node("Range", ["from", "to", "step"], ["big"])
        .End();

    /// <summary>Repeats its input so often that no run can end: nothing shows it before the first one.</summary>
    public static byte[] TiledInput() => Start()
        .Constant("repeats", DataType.Int64, [2], [1L, Terabytes])
        .Node("Tile", [OnnxModels.Input, "repeats"], ["big"])
        .End();

    public static byte[] ExpandedInput() => Start()
        .Constant("wide", DataType.Int64, [3], [Terabytes, 1L, 4L])
        .Node("Expand", [OnnxModels.Input, "wide"], ["big"])
        .End();

    /// <summary>A constant that claims these dimensions and brings four bytes.</summary>
    public static byte[] ConstantThatClaims(params long[] shape) => Start()
        .Constant("big", DataType.Float, shape, [1f])
        .End();

    /// <summary>A constant in the typed form that claims these dimensions and brings two elements.</summary>
    public static byte[] TypedConstantThatClaims(params long[] shape)
    {
        var builder = Start();
        builder.Graph().Initializer.Add(new TensorProto { Name = "big", DataType = (int)DataType.Float, Dims = { shape }, FloatData = { 1, 2 } });
        return builder.End();
    }

    /// <summary>Answers what it is given, and declares an output of these dimensions.</summary>
    public static byte[] OutputThatClaims(params long[] shape) => new GraphBuilder("claims")
        .Input(OnnxModels.Input, DataType.Float, shape)
        .Output(OnnxModels.Output, DataType.Float, shape)
        .Node("Identity", [OnnxModels.Input], [OnnxModels.Output])
        .Model();

    private static GraphBuilder Start() => new GraphBuilder("hostile")
        .Input(OnnxModels.Input, DataType.Float, -1, 4)
        .Output(OnnxModels.Output, DataType.Float, -1, 4);

    private static byte[] End(this GraphBuilder graph) => graph
        .Node("ReduceMax", ["big"], ["most"], GraphBuilder.Attribute("keepdims", 0))
        .Node("Add", [OnnxModels.Input, "most"], [OnnxModels.Output])
        .Model();
}
