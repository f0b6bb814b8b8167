using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Lifecycle;

/// <summary>Graphs of one value a row, without a configuration: a request of [N] and one of [N,1] get the same answer.</summary>
public sealed class OneValueRowTests(LoadingAppliance loading) : IClassFixture<LoadingAppliance>
{
    private static readonly long[][] BothForms = [[3], [3, 1]];

    [Fact]
    public Task Numbers_of_one_size() => IsServedAsync(
        new GraphBuilder("double")
            .Input(OnnxModels.Input, DataType.Float, -1)
            .Output(OnnxModels.Output, DataType.Float, -1)
            .Node("Add", [OnnxModels.Input, OnnxModels.Input], [OnnxModels.Output])
            .Model(),
        shape => [TensorValue.OfFloats(OnnxModels.Input, shape, 1, 2, 3)],
        TensorValue.OfFloats(OnnxModels.Output, [3], 2, 4, 6));

    [Fact]
    public Task Numbers_beside_rows_of_any_width() => IsServedAsync(
        new GraphBuilder("scaled_rows")
            .Input(OnnxModels.Input, DataType.Float, -1)
            .Input(OnnxModels.SecondInput, DataType.Float, -1, -1)
            .Output(OnnxModels.Output, DataType.Float, -1, -1)
            .Constant("column", DataType.Int64, [2], [-1L, 1])
            .Node("Reshape", [OnnxModels.Input, "column"], ["factors"])
            .Node("Mul", ["factors", OnnxModels.SecondInput], [OnnxModels.Output])
            .Model(),
        shape => [TensorValue.OfFloats(OnnxModels.Input, shape, 1, 2, 3), TensorValue.OfFloats(OnnxModels.SecondInput, [3, 2], 1, 2, 3, 4, 5, 6)],
        TensorValue.OfFloats(OnnxModels.Output, [3, 2], 1, 2, 6, 8, 15, 18));

    [Fact]
    public Task Texts() => IsServedAsync(
        new GraphBuilder("texts").Input(OnnxModels.Input, DataType.String, -1).Output(OnnxModels.Output, DataType.String, -1).Node("Identity", [OnnxModels.Input], [OnnxModels.Output]).Model(),
        shape => [TensorValue.OfStrings(OnnxModels.Input, shape, "a", "", "ccc")],
        TensorValue.OfStrings(OnnxModels.Output, [3], "a", "", "ccc"));

    private async Task IsServedAsync(byte[] onnx, Func<long[], TensorValue[]> inputs, TensorValue expected)
    {
        var appliance = await loading.StartedAsync();
        Assert.Null(await loading.TryModelAsync(onnx, whileLoaded: async model =>
        {
            foreach (var shape in BothForms)
            {
                var output = Assert.Single(await appliance.OutputsAsync(InferMessages.Raw(model, inputs(shape))));
                Assert.Equal((expected.Name, expected.Datatype), (output.Name, output.Datatype));
                Assert.Equal(expected.Shape, output.Shape);
                Assert.Equal(expected.Raw, output.Raw);
            }
        }));
        await loading.IsUnharmedAsync();
    }
}
