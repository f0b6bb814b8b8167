using Appliance.Inference.Repository;
using Contracts.Inference;
using Xunit;

namespace Appliance.Inference.Tests.Repository;

public class ModelConfigValidatorTests
{
    private static readonly ModelConfigContext WithFiles = ConfigTexts.Context(false, ("labels.txt", 100), ("warmup/flag.raw", 1));

    [Fact]
    public void Everything_that_is_honoured_becomes_a_setting()
    {
        var settings = ConfigTexts.Settings(Samples.Everything, WithFiles);
        Assert.Equal(("m", "ranker.onnx", 32), (settings.Name, settings.ModelFileName, settings.MaxBatchSize));
        Assert.Equal([1L, 3L], settings.VersionPolicy.Specific.Versions);
        Assert.Equal(["ids", "flag"], settings.Inputs.Select(input => input.Name));
        Assert.Equal([-1L], settings.Inputs[0].GraphDims!);
        Assert.Equal((DataType.TypeBool, false), (settings.Inputs[1].Datatype, settings.Inputs[1].Optional));
        Assert.Equal([1L], settings.Inputs[1].Dims!);
        Assert.Empty(settings.Inputs[1].GraphDims!);
        Assert.Equal("labels.txt", Assert.Single(settings.Outputs).LabelFile);
        Assert.Equal((3, InstanceKind.Cpu), (settings.InstanceCount, settings.InstanceKind));
        Assert.True(settings.DynamicBatching);
        Assert.Equal([8, 16], settings.Schedule!.PreferredSizes);
        Assert.Equal((64, TimeSpan.FromMilliseconds(250), true),
            (settings.QueueLimit, settings.DefaultTimeout, settings.AllowTimeoutOverride));
        Assert.Equal(GraphOptimization.Extended, settings.GraphOptimization);
        Assert.Equal(new OrtParameters
        {
            IntraOpThreads = 2,
            InterOpThreads = null,
            ParallelExecution = true,
            MemoryArena = true,
            MemoryPattern = false,
            DeviceAllocatorForInitializers = true,
            ArenaShrinkage = "cpu:0",
        }, settings.Ort);
        Assert.Equal("search", settings.MetricTags["team"]);
        Assert.Equal([50d, 100.5, 1000d], settings.HistogramBuckets[HistogramFamilies.RequestDuration]);
        var warmup = Assert.Single(settings.Warmups);
        Assert.Equal(("first", 4, 3), (warmup.Name, warmup.BatchSize, warmup.Count));
        Assert.Equal([("flag", WarmupContent.File, "warmup/flag.raw"), ("ids", WarmupContent.Random, null)],
            warmup.Inputs.Select(input => (input.Name, input.Content, input.File)));
        Assert.Equal(settings.Source.Config, settings.Config);
    }

    [Fact]
    public void The_empty_configuration_leaves_everything_to_the_graph()
    {
        var settings = ConfigTexts.Settings("");
        Assert.Null(settings.MaxBatchSize);
        Assert.Null(settings.InstanceCount);
        Assert.Null(settings.QueueLimit);
        Assert.Null(settings.DefaultTimeout);
        Assert.False(settings.DynamicBatching);
        Assert.Equal("model.onnx", settings.ModelFileName);
        Assert.Equal(1u, settings.VersionPolicy.Latest.NumVersions);
        Assert.Equal(new OrtParameters(), settings.Ort);
    }

    [Fact]
    public void A_configuration_read_back_from_a_server_is_taken()
    {
        var settings = ModelConfigValidator.Validate(ModelConfigReader.ReadJson(Samples.ReadBack).Value!, ConfigTexts.Context());
        Assert.Equal((4, 2), (settings.Value!.MaxBatchSize, settings.Value.InstanceCount));
        Assert.Equal((3L * 224 * 224, 8),
            (Shapes.ElementCount(ConfigTexts.Settings(Samples.Terse).Inputs[0].Dims!), ConfigTexts.Settings(Samples.Terse).MaxBatchSize));
    }

    [Fact]
    public void Configurations_for_other_machinery_are_understood_and_refused_line_by_line()
    {
        Assert.Equal(["2:platform", "6:ensemble_scheduling"], ConfigTexts.Refusals(Samples.Ensemble));
        Assert.Equal(["4:sequence_batching"], ConfigTexts.Refusals(Samples.Stateful));
        Assert.Equal(
        [
            "13:instance_group[0].kind",
            "14:instance_group[0].gpus",
            "15:instance_group[0].rate_limiter",
            "4:optimization.execution_accelerators.gpu_execution_accelerator[0].name",
            "8:optimization.execution_accelerators.cpu_execution_accelerator[0].name",
            "25:parameters[\"gpu_mem_limit\"]",
        ], ConfigTexts.Refusals(Samples.Accelerated));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("max_batch_size: 0", 0)]
    [InlineData("max_batch_size: 7", 7)]
    [InlineData("input { name: 'x' data_type: TYPE_FP32 dims: 1 }", null)]
    [InlineData("input { name: 'x' data_type: TYPE_FP32 dims: 1 } output { name: 'y' data_type: TYPE_FP32 dims: 1 }", 0)]
    public void Only_a_batch_size_that_nothing_decides_is_left_to_the_graph(string text, int? size) =>
        Assert.Equal(size, ConfigTexts.Settings(text).MaxBatchSize);

    [Fact]
    public void Every_error_is_reported_with_its_line_and_value()
    {
        var result = ConfigTexts.Validate("""
            name: "other"
            max_batch_size: -1
            dynamic_batching {
              priority_levels: 2
              preferred_batch_size: 0
            }
            parameters { key: "gpu_mem_limit" value: { string_value: "1" } }
            """);
        Assert.Null(result.Value);
        Assert.Equal(
        [
            "config.pbtxt:1:1: name is 'other'; it must be the name of the model's folder, 'm', or be left out",
            "config.pbtxt:2:1: max_batch_size is -1; it must be 0 to 4096",
            "config.pbtxt:7:12: parameters[\"gpu_mem_limit\"]: options of the CUDA provider cannot be set; remove it",
            "config.pbtxt:5:25: dynamic_batching.preferred_batch_size[0] is 0; it must be 1 to 4096, the largest batch",
            "config.pbtxt:3:1: dynamic_batching.default_priority_level is 0; default priority level must be in range [1, 2]",
        ], result.Errors.Select(error => error.ToString()));
    }

    [Theory]
    [InlineData(true, "KIND_GPU", InstanceKind.Gpu)]
    [InlineData(true, "KIND_AUTO", InstanceKind.Gpu)]
    [InlineData(true, "KIND_CPU", InstanceKind.Cpu)]
    [InlineData(false, "KIND_AUTO", InstanceKind.Cpu)]
    [InlineData(false, "KIND_MODEL", InstanceKind.Cpu)]
    [InlineData(false, "KIND_CPU", InstanceKind.Cpu)]
    public void Instances_run_where_the_build_can_run_them(bool cuda, string kind, InstanceKind expected)
    {
        var settings = ConfigTexts.Settings($"instance_group {{ kind: {kind} }}", ConfigTexts.Context(cuda));
        Assert.Equal((null, expected), (settings.InstanceCount, settings.InstanceKind));
    }

    [Fact]
    public void A_gpu_is_refused_where_the_build_has_none_with_what_to_do()
    {
        var error = Assert.Single(ConfigTexts.Validate("\ninstance_group [ { kind: KIND_GPU } ]").Errors);
        Assert.Equal("config.pbtxt:2:20: instance_group[0].kind is 'KIND_GPU'; this build has no GPU support; publish with -p:Accelerator=cuda and install the NVIDIA driver and CUDA, or write KIND_CPU", error.ToString());
        Assert.Empty(ConfigTexts.Refusals("optimization { execution_accelerators { gpu_execution_accelerator { name: 'cuda' } } }",
            ConfigTexts.Context(cuda: true)));
    }

    [Theory]
    [InlineData("dims: [ 2, 3 ] reshape { shape: [ 6 ] }")]
    [InlineData("dims: [ 2, 4, -1, 6 ] reshape { shape: [ 8, -1, 1, 6 ] }")]
    [InlineData("dims: [ -1, -1 ] reshape { shape: [ 1, -1, -1 ] }")]
    [InlineData("dims: [ 1 ] reshape { }")]
    [InlineData("dims: [ 0, 3 ]")]
    public void A_reshape_keeps_the_elements_whatever_sizes_come(string tensor) =>
        Assert.Empty(ConfigTexts.Refusals($"input {{ name: 'x' data_type: TYPE_FP32 {tensor} }}"));

    [Theory]
    [InlineData("dims: [ 2, 3 ] reshape { shape: [ 5 ] }", "input[0].reshape.shape", "dims [2,3] and the reshape have different numbers of elements")]
    [InlineData("dims: [ 2, -1 ] reshape { shape: [ -1, 2 ] }", "input[0].reshape.shape", "dims [2,-1] and the reshape have different numbers of elements")]
    [InlineData("dims: [ -1 ] reshape { shape: [ -1, -1 ] }", "input[0].reshape.shape", "dims [-1] and the reshape have different numbers of -1")]
    [InlineData("dims: [ 2 ] reshape { }", "input[0].reshape.shape", "dims [2] and the reshape have different numbers of elements")]
    [InlineData("dims: [ 2 ] reshape { shape: [ 2, 0 ] }", "input[0].reshape.shape[1]", "a dimension is -1 for any size, or at least 1")]
    [InlineData("dims: [ 9000000000, 9000000000 ] reshape { shape: [ 1 ] }", "input[0].reshape.shape", "the shape has too many elements")]
    [InlineData("dims: [ -2 ]", "input[0].dims[0]", "a dimension is -1 for any size, or at least 0")]
    [InlineData("dims: [ ]", "input[0].dims", "it must have at least one dimension; a scalar is [1] with an empty reshape")]
    public void A_shape_that_cannot_be_is_refused(string tensor, string field, string rule)
    {
        var error = Assert.Single(ConfigTexts.Validate($"input {{ name: 'x' data_type: TYPE_FP32 {tensor} }}").Errors);
        Assert.Equal((field, rule), (error.Field, error.Rule));
    }

    [Theory]
    [InlineData("intra_op_thread_count", "-1")]
    [InlineData("intra_op_thread_count", "1025")]
    [InlineData("inter_op_thread_count", "two")]
    [InlineData("execution_mode", "2")]
    [InlineData("enable_mem_arena", "yes")]
    [InlineData("enable_mem_pattern", "")]
    [InlineData("session.use_device_allocator_for_initializers", "true")]
    [InlineData("memory.enable_memory_arena_shrinkage", "cpu")]
    [InlineData("memory.enable_memory_arena_shrinkage", "cpu:0;")]
    public void A_parameter_with_a_value_that_the_runtime_would_not_take_is_refused(string key, string value) =>
        Assert.Equal([$"1:parameters[\"{key}\"].string_value"],
            ConfigTexts.Refusals($"parameters {{ key: '{key}' value {{ string_value: '{value}' }} }}"));

    [Fact]
    public void A_value_from_the_file_cannot_forge_a_second_line()
    {
        var error = Assert.Single(ConfigTexts.Validate("backend: 'a\\nERROR \\x1b[31m\\u2028" + new string('x', 300) + "'").Errors);
        Assert.DoesNotContain(error.ToString(), c => char.IsControl(c) || c == '\u2028');
        Assert.Contains("'a\\u000aERROR \\u001b[31m\\u2028xxx", error.ToString(), StringComparison.Ordinal);
        Assert.InRange(error.ToString().Length, 100, 300);
    }
}
