using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Models;

/// <summary>Small ONNX models with answers that a test can work out by itself.</summary>
internal static class OnnxModels
{
    public const string Input = "INPUT0", SecondInput = "INPUT1", Output = "OUTPUT0", SecondOutput = "OUTPUT1";

    /// <summary>Answers what it is given: rows of any number of elements.</summary>
    public static byte[] Identity(DataType type) => new GraphBuilder("identity")
        .Input(Input, type, -1, -1)
        .Output(Output, type, -1, -1)
        .Node("Identity", [Input], [Output])
        .Model();

    /// <summary>The same for one value without dimensions.</summary>
    public static byte[] ScalarIdentity(DataType type) => new GraphBuilder("scalar_identity")
        .Input(Input, type)
        .Output(Output, type)
        .Node("Identity", [Input], [Output])
        .Model();

    /// <summary>OUTPUT0 = INPUT0 + INPUT1 and OUTPUT1 = INPUT0 - INPUT1, rows of 16: the example that every client of this protocol ships with.</summary>
    public static byte[] AddSub(DataType type) => new GraphBuilder("add_sub")
        .Input(Input, type, -1, 16)
        .Input(SecondInput, type, -1, 16)
        .Output(Output, type, -1, 16)
        .Output(SecondOutput, type, -1, 16)
        .Node("Add", [Input, SecondInput], [Output])
        .Node("Sub", [Input, SecondInput], [SecondOutput])
        .Model();

    /// <summary>The same of whole numbers in any datatype, answered in two others: computed in INT32, over rows of the given dimensions.</summary>
    public static byte[] AddSub(DataType input, DataType output, DataType secondOutput, params long[] dims) => new GraphBuilder("add_sub_cast")
        .Input(Input, input, [-1, .. dims])
        .Input(SecondInput, input, [-1, .. dims])
        .Output(Output, output, [-1, .. dims])
        .Output(SecondOutput, secondOutput, [-1, .. dims])
        .Node("Cast", [Input], ["a"], GraphBuilder.Attribute("to", (long)DataType.Int32))
        .Node("Cast", [SecondInput], ["b"], GraphBuilder.Attribute("to", (long)DataType.Int32))
        .Node("Add", ["a", "b"], ["sum"])
        .Node("Sub", ["a", "b"], ["difference"])
        .Node("Cast", ["sum"], [Output], GraphBuilder.Attribute("to", (long)output))
        .Node("Cast", ["difference"], [SecondOutput], GraphBuilder.Attribute("to", (long)secondOutput))
        .Model();

    /// <summary>A row of four floats times <paramref name="factor"/>: versions of one model that a caller can tell apart by any element.</summary>
    public static byte[] Scale(float factor) => new GraphBuilder("scale")
        .Input(Input, DataType.Float, -1, 4)
        .Output(Output, DataType.Float, -1, 4)
        .Constant("factor", DataType.Float, [1], [factor])
        .Node("Mul", [Input, "factor"], [Output])
        .Model();

    /// <summary>A network of 64-256-128-1 with seeded weights, each element of every layer shifted by <paramref name="bias"/>.</summary>
    public static byte[] Mlp(float bias)
    {
        var builder = new GraphBuilder("mlp").Input(Input, DataType.Float, -1, 64).Output(Output, DataType.Float, -1, 1);
        int[] widths = [64, 256, 128, 1];
        var random = new Random(17);
        var from = Input;
        for (var layer = 1; layer < widths.Length; layer++)
        {
            var (rows, columns) = (widths[layer - 1], widths[layer]);
            builder.Constant($"w{layer}", DataType.Float, [rows, columns], Weights(random, rows * columns));
            builder.Constant($"b{layer}", DataType.Float, [columns], [.. Enumerable.Repeat(bias, columns)]);
            var last = layer == widths.Length - 1;
            builder.Node("Gemm", [from, $"w{layer}", $"b{layer}"], [last ? Output : $"h{layer}"]);
            if (!last) builder.Node("Relu", [$"h{layer}"], [$"a{layer}"]);
            from = $"a{layer}";
        }
        return builder.Model();
    }

    /// <summary>Puts the strings of its two inputs together, element by element.</summary>
    public static byte[] ConcatenateColumns() => new GraphBuilder("concatenate")
        .Input(Input, DataType.String, -1, -1)
        .Input(SecondInput, DataType.String, -1, -1)
        .Output(Output, DataType.String, -1, -1)
        .Node("Concat", [Input, SecondInput], [Output], GraphBuilder.Attribute("axis", 1))
        .Model();

    /// <summary>The sum of a whole tensor of any size: a dynamic first dimension that is no batch dimension.</summary>
    public static byte[] SumOfAll() => new GraphBuilder("sum_of_all")
        .Input(Input, DataType.Float, -1, -1)
        .Output(Output, DataType.Float, 1, 1)
        .Node("ReduceSum", [Input], [Output], GraphBuilder.Attribute("keepdims", 1))
        .Model();

    /// <summary>Multiplies 256x256 matrices <paramref name="rounds"/> times whatever it is given, then answers it: about 0.6 ms a round on one core of today.</summary>
    public static byte[] Slow(int rounds)
    {
        const int Width = 256;
        var body = new GraphBuilder("body")
            .Input("i", DataType.Int64).Input("go_in", DataType.Bool).Input("m_in", DataType.Float, Width, Width)
            .Output("go_out", DataType.Bool).Output("m_out", DataType.Float, Width, Width)
            .Node("Identity", ["go_in"], ["go_out"])
            .Node("MatMul", ["m_in", "turn"], ["m_out"])
            .Graph();
        return new GraphBuilder("slow")
            .Input(Input, DataType.Float, 1)
            .Output(Output, DataType.Float, 1)
            .Constant("rounds", DataType.Int64, [], [(long)rounds])
            .Constant("go", DataType.Bool, [], [true])
            .Constant("turn", DataType.Float, [Width, Width], Turn(Width))
            .Constant("width", DataType.Int64, [2], [(long)Width, Width])
            .Node("Expand", [Input, "width"], ["m"])
            .Node("Loop", ["rounds", "go", "m"], ["m_last"], GraphBuilder.Attribute("body", body))
            .Node("ReduceMax", ["m_last"], [Output + "_2d"], GraphBuilder.Attribute("keepdims", 1))
            .Constant("one", DataType.Int64, [1], [1L])
            .Node("Reshape", [Output + "_2d", "one"], [Output])
            .Model();
    }

    /// <summary>One of three values, by its index: a run fails on any other index, in words that quote it.</summary>
    public static byte[] Picks() => new GraphBuilder("picks")
        .Input("index", DataType.Int64, 1)
        .Output(Output, DataType.Float, 1)
        .Constant("values", DataType.Float, [3], [1f, 2, 3])
        .Node("Gather", ["values", "index"], [Output])
        .Model();

    /// <summary>As many zeros as the request asks for.</summary>
    public static byte[] Zeros() => new GraphBuilder("zeros")
        .Input("count", DataType.Int64, 1)
        .Output(Output, DataType.Float, -1)
        .Node("ConstantOfShape", ["count"], [Output])
        .Model();

    /// <summary>Adds four floats that lie in another file.</summary>
    public static byte[] AddExternal(string location, long offset = 0, long length = 16) => new GraphBuilder("add_external")
        .Input(Input, DataType.Float, -1, 4)
        .Output(Output, DataType.Float, -1, 4)
        .ExternalConstant("offset", DataType.Float, [4], location, offset, length)
        .Node("Add", [Input, "offset"], [Output])
        .Model();

    private static float[] Weights(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 4)];

    // A permutation: however often it is applied, the values stay what they are.
    private static float[] Turn(int width)
    {
        var matrix = new float[width * width];
        for (var i = 0; i < width; i++) matrix[(i * width) + ((i + 1) % width)] = 1;
        return matrix;
    }
}
