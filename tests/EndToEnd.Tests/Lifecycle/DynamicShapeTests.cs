using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Lifecycle;

/// <summary>Models whose dynamic dimensions are not legal at 1, or whose numbers are not legal at 0: made-up inputs do not run, and real ones do.</summary>
public sealed class DynamicShapeTests(LoadingAppliance loading) : IClassFixture<LoadingAppliance>
{
    [Fact]
    public async Task A_convolution_over_images_of_any_size_is_served()
    {
        var model = new GraphBuilder("convolution")
            .Input(OnnxModels.Input, DataType.Float, -1, 1, -1, -1)
            .Output(OnnxModels.Output, DataType.Float, -1, 1, -1, -1)
            .Constant("kernel", DataType.Float, [1, 1, 3, 3], [.. Enumerable.Repeat(1f, 9)])
            .Node("Conv", [OnnxModels.Input, "kernel"], [OnnxModels.Output])
            .Model();
        await IsServedAsync(
            model,
            TensorValue.OfFloats(OnnxModels.Input, [1, 1, 3, 4], 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4),
            TensorValue.OfFloats(OnnxModels.Output, [1, 1, 1, 2], 18, 27));
    }

    [Fact]
    public async Task A_reshape_to_rows_of_eight_is_served()
    {
        var model = new GraphBuilder("reshape")
            .Input(OnnxModels.Input, DataType.Float, -1)
            .Output(OnnxModels.Output, DataType.Float, -1, 8)
            .Constant("eights", DataType.Int64, [2], [-1L, 8L])
            .Node("Reshape", [OnnxModels.Input, "eights"], [OnnxModels.Output])
            .Model();
        float[] values = [.. Enumerable.Range(0, 16).Select(i => (float)i)];
        await IsServedAsync(model, TensorValue.OfFloats(OnnxModels.Input, [16], values), TensorValue.OfFloats(OnnxModels.Output, [2, 8], values));
    }

    [Fact]
    public async Task A_look_up_that_has_no_row_for_zero_is_served()
    {
        var model = new GraphBuilder("look_up")
            .Input(OnnxModels.Input, DataType.Int64, -1)
            .Output(OnnxModels.Output, DataType.Float, -1)
            .Constant("rows", DataType.Float, [3], [10f, 20, 30])
            .Constant("first", DataType.Int64, [1], [100L])
            .Node("Sub", [OnnxModels.Input, "first"], ["row"])
            .Node("Gather", ["rows", "row"], [OnnxModels.Output])
            .Model();
        await IsServedAsync(model, TensorValue.Of(OnnxModels.Input, "INT64", [2], 102L, 100L), TensorValue.OfFloats(OnnxModels.Output, [2], 30, 10));
    }

    private async Task IsServedAsync(byte[] onnx, TensorValue input, TensorValue expected)
    {
        var appliance = await loading.StartedAsync();
        Assert.Null(await loading.TryModelAsync(onnx, whileLoaded: async model =>
        {
            var output = Assert.Single(await appliance.OutputsAsync(InferMessages.Raw(model, input)));
            Assert.Equal(expected.Datatype, output.Datatype);
            Assert.Equal(expected.Shape, output.Shape);
            Assert.Equal(expected.As<float>(), output.As<float>());
            await Eventually.BecomesTrueAsync(
                () => appliance.Log.Contains($"Model {model} v1 is served without having been warmed up"), TimeSpan.FromSeconds(10),
                "the log says that the version was not warmed up");
        }));
        await loading.IsUnharmedAsync();
    }
}
