using Appliance.Inference.Repository;
using Contracts.Inference;
using Google.Protobuf;
using Xunit;

namespace Appliance.Inference.Tests.Repository;

public class ModelConfigCompletionTests
{
    private static readonly CompletionDefaults Defaults = new(MaxBatchSize: 4, InstanceCount: 2);

    private static readonly GraphSignature Rows = new(
        [Tensor("x", DataType.TypeFp32, -1, 16), Tensor("ids", DataType.TypeInt64, -1)],
        [Tensor("y", DataType.TypeFp32, -1, 2)]);

    private static GraphTensor Tensor(string name, DataType type, params long[]? shape) =>
        new(name, type, shape, new string?[shape?.Length ?? 0], HasDefault: false);

    private static GraphSignature Graph(GraphTensor input, GraphTensor output) => new([input], [output]);

    private static RepositoryResult<ModelSettings> Complete(string text, GraphSignature graph, CompletionDefaults? defaults = null) =>
        ModelConfigCompletion.Complete(ConfigTexts.Settings(text), graph, defaults ?? Defaults);

    private static ModelSettings Completed(string text, GraphSignature graph, CompletionDefaults? defaults = null)
    {
        var result = Complete(text, graph, defaults);
        return result.Value ?? throw new InvalidOperationException(result.Reason);
    }

    private static string Shape(IReadOnlyList<long>? shape) => shape is null ? "any" : Shapes.Text(shape);

    [Fact]
    public void A_graph_of_rows_completes_the_empty_configuration()
    {
        var settings = Completed("", Rows);
        var expected = ConfigTexts.Source("""
            name: "m" platform: "onnxruntime_onnx" backend: "onnxruntime" default_model_filename: "model.onnx"
            version_policy { latest { num_versions: 1 } } max_batch_size: 4 dynamic_batching { }
            input [ { name: "x" data_type: TYPE_FP32 dims: 16 }, { name: "ids" data_type: TYPE_INT64 dims: 1 reshape { shape: [ ] } } ]
            output { name: "y" data_type: TYPE_FP32 dims: 2 }
            instance_group { name: "m_0" kind: KIND_CPU count: 2 }
            """).Config;
        Assert.Equal(expected, settings.Config);
        Assert.Equal((4, true, 2), (settings.MaxBatchSize, settings.DynamicBatching, settings.InstanceCount));
        Assert.Equal(["[16] as [16]", "[1] as []"], settings.Inputs.Select(input => $"{Shape(input.Dims)} as {Shape(input.GraphDims)}"));
        Assert.Empty(settings.Source.Config.Name);
    }

    [Theory]
    [InlineData(new long[] { 1, 16 }, new long[] { -1, 2 }, "[1,16]", "[-1,2]")]
    [InlineData(new long[] { -1, 16 }, new long[] { 2 }, "[-1,16]", "[2]")]
    [InlineData(new long[] { -1, 16 }, new long[0], "[-1,16]", "[1]")]
    [InlineData(new long[] { 2, 0 }, new long[] { -1 }, "[2,0]", "[-1]")]
    public void A_graph_that_takes_no_batches_keeps_its_whole_shapes(long[] input, long[] output, string inputDims, string outputDims)
    {
        var settings = Completed("", Graph(Tensor("x", DataType.TypeFp32, input), Tensor("y", DataType.TypeFp32, output)));
        Assert.Equal((0, false), (settings.MaxBatchSize, settings.DynamicBatching));
        Assert.Equal((inputDims, outputDims), (Shape(settings.Config.Input[0].Dims), Shape(settings.Config.Output[0].Dims)));
        Assert.Null(settings.Config.Output[0].Reshape);
        Assert.Equal(output, settings.Outputs[0].GraphDims!);
        Assert.Null(settings.Config.DynamicBatching);
    }

    [Fact]
    public void A_tensor_of_unknown_rank_takes_any_shape_and_no_batches()
    {
        var settings = Completed("", Graph(Tensor("x", DataType.TypeFp32, -1, 16), Tensor("y", DataType.TypeFp32, null)));
        Assert.Equal((0, "any"), (settings.MaxBatchSize, Shape(settings.Outputs[0].Dims)));
        Assert.Empty(settings.Config.Output[0].Dims);
        Assert.Equal("any", Shape(settings.Outputs[0].GraphDims));
    }

    [Theory]
    [InlineData("", 0, 0, false)]
    [InlineData("", 1, 1, false)]
    [InlineData("", 8, 8, true)]
    [InlineData("max_batch_size: 0", 8, 0, false)]
    [InlineData("max_batch_size: 1", 8, 1, false)]
    [InlineData("max_batch_size: 6", 8, 6, true)]
    [InlineData("dynamic_batching { preferred_batch_size: 8 }", 8, 8, true)]
    public void Batching_is_on_where_the_graph_decides_and_more_than_one_row_fits(string text, int standard, int size, bool batching)
    {
        var settings = Completed(text, Rows, new(standard, 1));
        Assert.Equal((size, batching), (settings.MaxBatchSize, settings.DynamicBatching));
        Assert.Equal(batching, settings.Config.DynamicBatching is not null);
        Assert.Equal(size, settings.Config.MaxBatchSize);
    }

    [Fact]
    public void A_configuration_with_inputs_and_outputs_is_taken_as_it_is()
    {
        var settings = Completed("""
            max_batch_size: 8
            input [ { name: "ids" data_type: TYPE_INT64 dims: 1 reshape { } }, { name: "x" data_type: TYPE_FP32 dims: 16 } ]
            output { name: "y" data_type: TYPE_FP32 dims: [ 2 ] }
            """, Rows);
        Assert.False(settings.DynamicBatching);
        Assert.Equal(["ids", "x"], settings.Inputs.Select(input => input.Name));
        Assert.Equal(2, settings.Config.InstanceGroup.Single().Count);
    }

    [Theory]
    [InlineData("input [ { name: 'x' data_type: TYPE_FP32 dims: 16 }, { name: 'idz' data_type: TYPE_INT64 dims: 1 reshape { } } ]",
        "input[1].name is 'idz'; the graph has no tensor of this name here; there are ['x', 'ids']",
            "input is ['x', 'idz']; the graph's input 'ids' is not listed")]
    [InlineData("input [ { name: 'x' data_type: TYPE_FP64 dims: 16 }, { name: 'ids' data_type: TYPE_INT64 dims: 1 reshape { } } ]",
        "input[0].data_type is 'TYPE_FP64'; the graph's 'x' is TYPE_FP32")]
    [InlineData("input [ { name: 'x' data_type: TYPE_FP32 dims: 17 }, { name: 'ids' data_type: TYPE_INT64 dims: 1 reshape { } } ]",
        "input[0].dims is [17]; the graph's 'x' has shape [-1,16], and max_batch_size 8 makes this [-1,17]")]
    [InlineData("input [ { name: 'x' data_type: TYPE_FP32 dims: -1 }, { name: 'ids' data_type: TYPE_INT64 dims: 1 reshape { } } ]",
        "input[0].dims is [-1]; the graph's 'x' has shape [-1,16], and max_batch_size 8 makes this [-1,-1]")]
    [InlineData("input [ { name: 'x' data_type: TYPE_FP32 dims: 16 }, { name: 'ids' data_type: TYPE_INT64 dims: 1 } ]",
        "input[1].dims is [1]; the graph's 'ids' has shape [-1], and max_batch_size 8 makes this [-1,1]")]
    [InlineData("output { name: 'z' data_type: TYPE_FP32 dims: 2 }",
        "output[0].name is 'z'; the graph has no tensor of this name here; there are ['y']")]
    [InlineData("output { name: 'y' data_type: TYPE_STRING dims: 2 }",
        "output[0].data_type is 'TYPE_STRING'; the graph's 'y' is TYPE_FP32")]
    [InlineData("output { name: 'y' data_type: TYPE_FP32 dims: [ 3 ] reshape { shape: [ 3, 1 ] } }",
        "output[0].reshape.shape is [3, 1]; the graph's 'y' has shape [-1,2], and max_batch_size 8 makes this [-1,3,1]")]
    public void What_differs_from_the_graph_is_refused_with_both(string text, params string[] errors)
    {
        var result = Complete("max_batch_size: 8\n" + text, Rows);
        Assert.Equal(errors, result.Errors.Select(error => (error with { File = "", Line = 0 }).ToString()));
        Assert.All(result.Errors, error => Assert.Equal(2, error.Line));
    }

    [Theory]
    [InlineData("input { name: 'x' data_type: TYPE_FP32 dims: [ 1, 16 ] }", true)]
    [InlineData("input { name: 'x' data_type: TYPE_FP32 dims: [ 5, 16 ] }", true)]
    [InlineData("input { name: 'x' data_type: TYPE_FP32 dims: [ -1, 16 ] }", true)]
    [InlineData("input { name: 'x' data_type: TYPE_FP32 dims: [ 16 ] }", false)]
    [InlineData("input { name: 'x' data_type: TYPE_FP32 dims: [ 16 ] reshape { shape: [ 1, 16 ] } }", true)]
    [InlineData("output { name: 'y' data_type: TYPE_FP32 dims: [ -1, 2 ] }", true)]
    [InlineData("output { name: 'y' data_type: TYPE_FP32 dims: [ 5, 2 ] }", false)]
    public void An_input_may_promise_less_than_the_graph_takes_and_an_output_says_what_it_gives(string text, bool taken)
    {
        var graph = Graph(Tensor("x", DataType.TypeFp32, -1, 16), Tensor("y", DataType.TypeFp32, -1, 2));
        Assert.Equal(taken, Complete("max_batch_size: 0 " + text, graph).Value is not null);
    }

    [Theory]
    [InlineData("[ 1 ]", true)]
    [InlineData("[ 1, 1 ]", true)]
    [InlineData("[ 2 ]", false)]
    public void Ones_stand_for_a_scalar(string dims, bool taken)
    {
        var graph = Graph(Tensor("x", DataType.TypeFp32), Tensor("y", DataType.TypeFp32));
        var result = Complete($"max_batch_size: 0 input {{ name: 'x' data_type: TYPE_FP32 dims: {dims} }}", graph);
        Assert.Equal(taken, result.Value is not null);
        if (taken)
        {
            Assert.Empty(result.Value!.Inputs[0].GraphDims!);
        }
    }

    [Theory]
    [InlineData("max_batch_size: 2", "max_batch_size", "the graph's input 'x' has shape [1,16]; for batches its first dimension must be of any size, or write max_batch_size: 0")]
    [InlineData("max_batch_size: 2 input { name: 'x' data_type: TYPE_FP32 dims: 16 }", "input[0].dims", "the graph's 'x' has shape [1,16]; for batches its first dimension must be of any size, or write max_batch_size: 0")]
    public void Batches_need_a_batch_dimension(string text, string field, string rule)
    {
        var error = Assert.Single(Complete(text,
            Graph(Tensor("x", DataType.TypeFp32, 1, 16), Tensor("y", DataType.TypeFp32, -1, 2))).Errors);
        Assert.Equal((field, rule), (error.Field, error.Rule));
    }

    [Fact]
    public void An_input_with_a_default_may_be_left_out_or_listed()
    {
        var graph = new GraphSignature(
            [Tensor("x", DataType.TypeFp32, -1, 16), Tensor("scale", DataType.TypeFp32, 1) with { HasDefault = true }],
                [Tensor("y", DataType.TypeFp32, -1, 2)]);
        Assert.Equal(["x"], Completed("", graph).Inputs.Select(input => input.Name));
        Assert.Equal(4, Completed("", graph).MaxBatchSize);
        const string listed = "input [ { name: 'x' data_type: TYPE_FP32 dims: [ -1, 16 ] }, { name: 'scale' data_type: TYPE_FP32 dims: 1 optional: true } ]";
        Assert.True(Completed("max_batch_size: 0 " + listed, graph).Inputs[1].Optional);
        Assert.Contains(Complete(listed, graph).Errors, error => error.Field == "input[1].optional");
        var error = Assert.Single(Complete("max_batch_size: 0 input { name: 'x' data_type: TYPE_FP32 dims: [ -1, 16 ] optional: true }",
            graph).Errors);
        Assert.Equal(("input[0].optional", "input 'x' has no default value in the graph, so that a request must give it"),
            (error.Field, error.Rule));
    }

    [Fact]
    public void What_depends_on_the_batch_size_is_checked_once_the_graph_has_decided_it()
    {
        var result = Complete("""
            dynamic_batching { preferred_batch_size: [ 4, 5 ] }
            model_warmup { batch_size: 5 inputs { key: 'x' value { data_type: TYPE_FP64 dims: 15 zero_data: true } }
              inputs { key: 'z' value { data_type: TYPE_FP32 dims: 1 zero_data: true } } }
            """, Rows);
        Assert.Equal(
        [
            "1:47 dynamic_batching.preferred_batch_size[1]",
            "2:16 model_warmup[0].batch_size",
            "2:56 model_warmup[0].inputs[\"x\"].data_type",
            "2:77 model_warmup[0].inputs[\"x\"].dims",
            "3:10 model_warmup[0].inputs[\"z\"]",
            "2:30 model_warmup[0].inputs",
        ], result.Errors.Select(error => $"{error.Line}:{error.Column} {error.Field}"));
    }

    [Fact]
    public void A_type_that_the_protocol_cannot_carry_is_refused()
    {
        var error = Assert.Single(Complete("", Graph(Tensor("x", DataType.TypeInvalid, -1), Tensor("y", DataType.TypeFp32, -1))).Errors);
        Assert.Equal("config.pbtxt: 'x'; the graph gives this tensor a type that the protocol cannot carry", error.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("max_batch_size: 16 instance_group { count: 3 }")]
    [InlineData("max_batch_size: 0")]
    [InlineData("instance_group [ { count: 1 kind: KIND_MODEL }, { name: 'b' } ] dynamic_batching { default_queue_policy { max_queue_size: 3 } }")]
    public void A_completed_configuration_says_all_and_completes_to_itself(string text)
    {
        var first = Completed(text, Rows);
        var json = new JsonFormatter(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true)).Format(first.Config);
        var again = ModelConfigValidator.Validate(ModelConfigReader.ReadJson(json).Value!, ConfigTexts.Context()).Value!;
        var second = ModelConfigCompletion.Complete(again, Rows, new(MaxBatchSize: 99, InstanceCount: 9)).Value!;
        Assert.Equal(first.Config, second.Config);
        Assert.Equal((first.MaxBatchSize, first.InstanceCount, first.DynamicBatching),
            (second.MaxBatchSize, second.InstanceCount, second.DynamicBatching));
    }
}
