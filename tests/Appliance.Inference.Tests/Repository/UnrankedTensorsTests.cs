using Appliance.Inference.Lifecycle;
using Appliance.Inference.Repository;
using Contracts.Onnx;
using Google.Protobuf;

namespace Appliance.Inference.Tests.Repository;

public sealed class UnrankedTensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tensors_without_a_shape_are_named_and_scalars_are_not() =>
        Assert.Equal(["no_shape", "no_type"], Read(Value("no_shape", null), Value("scalar"), Value("row", 3), new ValueInfoProto { Name = "no_type" }).Order());

    [Fact]
    public void The_largest_dimension_that_the_runtime_reports_rightly_is_taken() => Assert.Empty(Read(Value("x", int.MaxValue, -1)));

    [Fact]
    public void A_larger_one_is_refused_by_the_tensors_name()
    {
        var error = Assert.Throws<ModelLoadException>(() => Read(Value("x", 2, 1L << 40)));
        Assert.Equal("tensor 'x' has a dimension of 1099511627776; a dimension is at most 2147483647", error.Message);
    }

    private IReadOnlySet<string> Read(params ValueInfoProto[] inputs) =>
        UnrankedTensors.Of(_folder.Write("model.onnx", new ModelProto { Graph = new GraphProto { Input = { inputs } } }.ToByteArray()));

    private static ValueInfoProto Value(string name, params long[]? shape)
    {
        var tensor = new TypeProto.Types.Tensor();
        if (shape is not null)
        {
            tensor.Shape = new TensorShapeProto();
            tensor.Shape.Dim.Add(shape.Select(d => d < 0
                ? new TensorShapeProto.Types.Dimension { DimParam = "n" }
                : new TensorShapeProto.Types.Dimension { DimValue = d }));
        }
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
