using Contracts.Inference;
using Google.Protobuf.Reflection;
using Xunit;

namespace Appliance.Inference.Tests.Repository;

/// <summary>Every field of the configuration is either honoured or refused by name; none is silently ignored.</summary>
public class ModelConfigCoverageTests
{
    /// <summary>Fields that become settings, or whose every value is taken; each is tested where its setting is.</summary>
    private static readonly string[] Honoured =
    [
        "name", "platform", "backend", "max_batch_size", "default_model_filename",
        "version_policy.latest.num_versions", "version_policy.all", "version_policy.specific.versions",
        "input.name", "input.data_type", "input.dims", "input.reshape.shape", "input.optional",
        "output.name", "output.data_type", "output.dims", "output.reshape.shape", "output.label_filename",
        "instance_group.name", "instance_group.count",
        "dynamic_batching.preferred_batch_size", "dynamic_batching.max_queue_delay_microseconds", "dynamic_batching.preserve_ordering",
        "dynamic_batching.priority_levels", "dynamic_batching.default_priority_level",
        "dynamic_batching.default_queue_policy.timeout_action", "dynamic_batching.default_queue_policy.default_timeout_microseconds",
        "dynamic_batching.default_queue_policy.allow_timeout_override", "dynamic_batching.default_queue_policy.max_queue_size",
        "dynamic_batching.priority_queue_policy.timeout_action", "dynamic_batching.priority_queue_policy.default_timeout_microseconds",
        "dynamic_batching.priority_queue_policy.allow_timeout_override", "dynamic_batching.priority_queue_policy.max_queue_size",
        "optimization.graph.level", "optimization.input_pinned_memory.enable", "optimization.output_pinned_memory.enable",
        "parameters.string_value", "metric_tags",
        "model_warmup.name", "model_warmup.batch_size", "model_warmup.count", "model_warmup.inputs.data_type", "model_warmup.inputs.dims",
        "model_warmup.inputs.zero_data", "model_warmup.inputs.random_data", "model_warmup.inputs.input_data_file",
        "model_metrics.metric_control.metric_identifier.family", "model_metrics.metric_control.histogram_options.buckets",
    ];

    /// <summary>Fields, or whole messages, that are refused: a text that sets one, and the field that the refusal names.</summary>
    public static TheoryData<string, string, string> Refused => new()
    {
        { "runtime", "runtime: 'x'", "runtime" },
        { "input.format", "input { name: 'x' data_type: TYPE_FP32 dims: 1 format: FORMAT_NCHW }", "input[0].format" },
        { "input.is_shape_tensor", "input { name: 'x' data_type: TYPE_FP32 dims: 1 is_shape_tensor: true }", "input[0].is_shape_tensor" },
        { "input.allow_ragged_batch", "input { name: 'x' data_type: TYPE_FP32 dims: 1 allow_ragged_batch: true }",
            "input[0].allow_ragged_batch" },
        { "input.is_non_linear_format_io", "input { name: 'x' data_type: TYPE_FP32 dims: 1 is_non_linear_format_io: true }",
            "input[0].is_non_linear_format_io" },
        { "output.is_shape_tensor", "output { name: 'x' data_type: TYPE_FP32 dims: 1 is_shape_tensor: true }",
            "output[0].is_shape_tensor" },
        { "output.is_non_linear_format_io", "output { name: 'x' data_type: TYPE_FP32 dims: 1 is_non_linear_format_io: true }",
            "output[0].is_non_linear_format_io" },
        { "batch_input", "batch_input { source_input: 'x' }", "batch_input" },
        { "batch_output", "batch_output { source_input: 'x' }", "batch_output" },
        { "optimization.priority", "optimization { priority: PRIORITY_MAX }", "optimization.priority" },
        { "optimization.cuda", "optimization { cuda { graphs: true } }", "optimization.cuda" },
        { "optimization.execution_accelerators.gpu_execution_accelerator",
            "optimization { execution_accelerators { gpu_execution_accelerator { name: 'tensorrt' } } }",
            "optimization.execution_accelerators.gpu_execution_accelerator[0].name" },
        { "optimization.execution_accelerators.cpu_execution_accelerator",
            "optimization { execution_accelerators { cpu_execution_accelerator { name: 'openvino' } } }",
            "optimization.execution_accelerators.cpu_execution_accelerator[0].name" },
        { "optimization.gather_kernel_buffer_threshold", "optimization { gather_kernel_buffer_threshold: 1 }",
            "optimization.gather_kernel_buffer_threshold" },
        { "optimization.eager_batching", "optimization { eager_batching: true }", "optimization.eager_batching" },
        { "sequence_batching", "sequence_batching { }", "sequence_batching" },
        { "ensemble_scheduling", "ensemble_scheduling { }", "ensemble_scheduling" },
        { "instance_group.kind", "instance_group { kind: KIND_GPU }", "instance_group[0].kind" },
        { "instance_group.gpus", "instance_group { gpus: 0 }", "instance_group[0].gpus" },
        { "instance_group.profile", "instance_group { profile: '0' }", "instance_group[0].profile" },
        { "instance_group.rate_limiter", "instance_group { rate_limiter { priority: 1 } }", "instance_group[0].rate_limiter" },
        { "instance_group.passive", "instance_group { passive: true }", "instance_group[0].passive" },
        { "instance_group.secondary_devices", "instance_group { secondary_devices { } }", "instance_group[0].secondary_devices" },
        { "instance_group.host_policy", "instance_group { host_policy: 'numa0' }", "instance_group[0].host_policy" },
        { "cc_model_filenames", "cc_model_filenames { key: '7.5' value: 'a' }", "cc_model_filenames" },
        { "model_operations", "model_operations { op_library_filename: 'a.so' }", "model_operations.op_library_filename" },
        { "model_transaction_policy", "model_transaction_policy { decoupled: true }", "model_transaction_policy.decoupled" },
        { "model_repository_agents", "model_repository_agents { agents { name: 'checksum' } }", "model_repository_agents.agents" },
        { "response_cache", "response_cache { enable: true }", "response_cache.enable" },
    };

    /// <summary>Values of honoured fields that are refused.</summary>
    public static TheoryData<string, string> RefusedValues => new()
    {
        { "platform: 'ensemble'", "platform" },
        { "platform: 'tensorrt_plan'", "platform" },
        { "backend: 'python'", "backend" },
        { "default_model_filename: '../model.onnx'", "default_model_filename" },
        { "default_model_filename: 'a/b.onnx'", "default_model_filename" },
        { "max_batch_size: 4097", "max_batch_size" },
        { "version_policy { }", "version_policy" },
        { "version_policy { latest { } }", "version_policy.latest.num_versions" },
        { "version_policy { specific { } }", "version_policy.specific.versions" },
        { "version_policy { specific { versions: [ 1, 0 ] } }", "version_policy.specific.versions[1]" },
        { "input { data_type: TYPE_FP32 dims: 1 }", "input[0].name" },
        { "input { name: 'x' dims: 1 }", "input[0].data_type" },
        { "input { name: 'x' data_type: TYPE_FP32 dims: 1 } input { name: 'x' data_type: TYPE_FP32 dims: 1 }", "input[1].name" },
        { "max_batch_size: 2 input { name: 'x' data_type: TYPE_FP32 dims: 1 optional: true }", "input[0].optional" },
        { "output { name: 'x' data_type: TYPE_FP32 dims: 1 label_filename: 'none.txt' }", "output[0].label_filename" },
        { "output { name: 'x' data_type: TYPE_FP32 dims: 1 label_filename: '../labels.txt' }", "output[0].label_filename" },
        { "instance_group { count: 65 }", "instance_group[0].count" },
        { "instance_group { count: -1 }", "instance_group[0].count" },
        { "instance_group { count: 40 } instance_group { count: 40 }", "instance_group" },
        { "max_batch_size: 4 dynamic_batching { preferred_batch_size: 5 }", "dynamic_batching.preferred_batch_size[0]" },
        { "max_batch_size: 0 dynamic_batching { preferred_batch_size: 1 }", "dynamic_batching.preferred_batch_size[0]" },
        { "dynamic_batching { default_queue_policy { default_timeout_microseconds: 18446744073709551615 } }",
            "dynamic_batching.default_queue_policy.default_timeout_microseconds" },
        { "dynamic_batching { default_queue_policy { max_queue_size: 4294967295 } }",
            "dynamic_batching.default_queue_policy.max_queue_size" },
        { "dynamic_batching { max_queue_delay_microseconds: 18446744073709551615 }", "dynamic_batching.max_queue_delay_microseconds" },
        { "dynamic_batching { default_priority_level: 1 }", "dynamic_batching.default_priority_level" },
        { "dynamic_batching { priority_levels: 2 }", "dynamic_batching.default_priority_level" },
        { "dynamic_batching { priority_levels: 2 default_priority_level: 3 }", "dynamic_batching.default_priority_level" },
        { "dynamic_batching { priority_queue_policy { key: 1 } }", "dynamic_batching.priority_queue_policy" },
        { "dynamic_batching { priority_levels: 2 default_priority_level: 1 priority_queue_policy { key: 3 } }",
            "dynamic_batching.priority_queue_policy[3]" },
        { "dynamic_batching { priority_levels: 2 default_priority_level: 1 priority_queue_policy { key: 0 } }",
            "dynamic_batching.priority_queue_policy[0]" },
        { "dynamic_batching { preserve_ordering: true priority_levels: 2 default_priority_level: 1 }", "dynamic_batching.priority_levels" },
        { "dynamic_batching { preserve_ordering: true default_queue_policy { timeout_action: DELAY default_timeout_microseconds: 1 } }",
            "dynamic_batching.default_queue_policy.timeout_action" },
        { "dynamic_batching { preserve_ordering: true priority_levels: 1 default_priority_level: 1 priority_queue_policy { key: 1 value { timeout_action: DELAY default_timeout_microseconds: 1 } } }",
            "dynamic_batching.priority_queue_policy[1].timeout_action" },
        { "dynamic_batching { priority_levels: 1 default_priority_level: 1 priority_queue_policy { key: 1 value { max_queue_size: 4294967295 } } }",
            "dynamic_batching.priority_queue_policy[1].max_queue_size" },
        { "optimization { graph { level: 3 } }", "optimization.graph.level" },
        { "parameters { key: 'threads' value { string_value: '1' } }", "parameters[\"threads\"]" },
        { "metric_tags { key: 'model' value: 'x' }", "metric_tags[\"model\"]" },
        { "metric_tags { key: '1a' value: 'x' }", "metric_tags[\"1a\"]" },
        { "metric_tags { key: 'a' value: 'x\\n' }", "metric_tags[\"a\"]" },
        { "model_warmup { }", "model_warmup[0].batch_size" },
        { "model_warmup { batch_size: 1 count: 10001 }", "model_warmup[0].count" },
        { "model_warmup { batch_size: 1 inputs { key: 'x' value { data_type: TYPE_FP32 dims: -1 zero_data: true } } }",
            "model_warmup[0].inputs[\"x\"].dims[0]" },
        { "model_warmup { batch_size: 1 inputs { key: 'x' value { data_type: TYPE_FP32 dims: 1 } } }", "model_warmup[0].inputs[\"x\"]" },
        { "model_warmup { batch_size: 1 inputs { key: 'x' value { dims: 1 zero_data: true } } }",
            "model_warmup[0].inputs[\"x\"].data_type" },
        { "model_warmup { batch_size: 1 inputs { key: 'x' value { data_type: TYPE_FP32 dims: 1 zero_data: false } } }",
            "model_warmup[0].inputs[\"x\"].zero_data" },
        { "model_warmup { batch_size: 1 inputs { key: 'x' value { data_type: TYPE_FP32 dims: 1 random_data: false } } }",
            "model_warmup[0].inputs[\"x\"].random_data" },
        { "model_warmup { batch_size: 9 inputs { key: 'x' value { data_type: TYPE_FP64 dims: 100000000 zero_data: true } } }",
            "model_warmup[0].inputs[\"x\"].dims" },
        { "model_warmup { batch_size: 1 inputs { key: 'x' value { data_type: TYPE_FP32 dims: 1 input_data_file: 'none' } } }",
            "model_warmup[0].inputs[\"x\"].input_data_file" },
        { "model_warmup { batch_size: 1 inputs { key: 'x' value { data_type: TYPE_FP32 dims: 1 input_data_file: '/etc/passwd' } } }",
            "model_warmup[0].inputs[\"x\"].input_data_file" },
        { "model_warmup { batch_size: 1 inputs { key: 'x' value { data_type: TYPE_FP32 dims: 2 input_data_file: 'short.raw' } } }",
            "model_warmup[0].inputs[\"x\"].input_data_file" },
        { "model_metrics { metric_control { metric_identifier { family: 'up' } histogram_options { buckets: 1 } } }",
            "model_metrics.metric_control[0].metric_identifier.family" },
        { "model_metrics { metric_control { metric_identifier { family: 'nv_inference_queue_duration_histogram_us' } } }",
            "model_metrics.metric_control[0].histogram_options" },
        { "model_metrics { metric_control { metric_identifier { family: 'nv_inference_queue_duration_histogram_us' } histogram_options { } } }", "model_metrics.metric_control[0].histogram_options.buckets" },
        { "model_metrics { metric_control { metric_identifier { family: 'nv_inference_queue_duration_histogram_us' } histogram_options { buckets: [ 2, 2 ] } } }", "model_metrics.metric_control[0].histogram_options.buckets[1]" },
        { "model_metrics { metric_control { metric_identifier { family: 'nv_inference_queue_duration_histogram_us' } histogram_options { buckets: inf } } }", "model_metrics.metric_control[0].histogram_options.buckets[0]" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_field_that_is_not_honoured_is_refused_by_name_and_line(string field, string text, string cited)
    {
        Assert.Equal([$"2:{cited}"], ConfigTexts.Refusals("\n" + text));
        Assert.DoesNotContain(field, Honoured);
    }

    [Theory]
    [MemberData(nameof(RefusedValues))]
    public void A_value_that_is_not_honoured_is_refused_by_name_and_line(string text, string cited) =>
        Assert.Equal([$"2:{cited}"], ConfigTexts.Refusals("\n" + text, ConfigTexts.Context(false, ("warmup/short.raw", 7))));

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_refusal_speaks_as_the_file_does(string field, string text, string cited)
    {
        var error = Assert.Single(ConfigTexts.Validate(text).Errors);
        Assert.Equal((field.Split('.')[0], cited), (error.Field.Split('.', '[')[0], error.Field));
        // A value is a number, a flag, something in quotes, a list of these, or a word that stands in the text as it is.
        Assert.Matches("^(-?[0-9]+|true|false|'.*'|\\[['0-9].*\\])?$", error.Value ?? "");
    }

    [Theory]
    [InlineData("optimization { priority: PRIORITY_MAX }", "optimization.priority is 'PRIORITY_MAX'; all models")]
    [InlineData("optimization { priority: 2 }", "optimization.priority is 'PRIORITY_MIN'; all models")]
    [InlineData("optimization { cuda { graphs: true } }", "optimization.cuda: CUDA graphs")]
    [InlineData("batch_input { }", "batch_input: tensors made from the batch")]
    [InlineData("batch_output { target_name: 'x' }", "batch_output: outputs scattered")]
    [InlineData("instance_group { secondary_devices { } }", "instance_group[0].secondary_devices: secondary devices")]
    [InlineData("instance_group { rate_limiter { priority: 1 } }", "instance_group[0].rate_limiter: a rate limiter")]
    [InlineData("model_repository_agents { agents { } }", "model_repository_agents.agents: repository agents")]
    public void A_refusal_names_values_as_they_are_written_and_no_messages(string text, string error) =>
        Assert.StartsWith(error, (Assert.Single(ConfigTexts.Validate(text).Errors) with { File = "", Line = 0 }).ToString());

    [Fact]
    public void Groups_on_two_kinds_of_devices_are_told_by_the_names_of_the_kinds() => Assert.StartsWith(
        "instance_group[1].kind is 'KIND_CPU'; all groups",
        (Assert.Single(ConfigTexts.Validate("instance_group { kind: KIND_GPU count: 1 } instance_group { kind: KIND_CPU count: 1 }", ConfigTexts.Context(cuda: true)).Errors) with { File = "", Line = 0 }).ToString());

    [Fact]
    public void No_field_is_without_an_answer()
    {
        var refused = Refused.Select(row => row.Data.Item1).ToHashSet(StringComparer.Ordinal);
        var answered = refused.Concat(Honoured).ToHashSet(StringComparer.Ordinal);
        var met = new HashSet<string>(StringComparer.Ordinal);
        Assert.Empty(Unanswered(ModelConfig.Descriptor, ""));
        Assert.Equal(answered.Order(StringComparer.Ordinal), met.Order(StringComparer.Ordinal));

        List<string> Unanswered(MessageDescriptor type, string prefix)
        {
            List<string> missing = [];
            foreach (var field in type.Fields.InDeclarationOrder())
            {
                var path = prefix + field.Name;
                var value = field.IsMap ? field.MessageType.FindFieldByNumber(2) : field;
                if (answered.Contains(path))
                {
                    met.Add(path);
                }
                else if (value.FieldType == FieldType.Message)
                {
                    missing.AddRange(Unanswered(value.MessageType, path + "."));
                }
                else
                {
                    missing.Add(path);
                }
            }
            return missing;
        }
    }
}
