namespace Appliance.Inference.Tests.Repository;

/// <summary>Configurations as people write them for ONNX models.</summary>
internal static class Samples
{
    /// <summary>Every field that is honoured, in one.</summary>
    public const string Everything = """
        # A ranking model
        name: "m"
        platform: "onnxruntime_onnx"
        backend: "onnxruntime"
        max_batch_size: 32
        default_model_filename: "ranker.onnx"
        input [
          {
            name: "ids"
            data_type: TYPE_INT64
            dims: [ -1 ]
          },
          {
            name: "flag"
            data_type: TYPE_BOOL
            format: FORMAT_NONE
            dims: [ 1 ]
            reshape: { shape: [ ] }
          }
        ]
        output [
          {
            name: "scores"
            data_type: TYPE_FP32
            dims: [ 10 ]
            label_filename: "labels.txt"
          }
        ]
        version_policy: { specific { versions: [ 1, 3 ] } }
        instance_group [ { name: "a" kind: KIND_CPU count: 2 }, { kind: KIND_AUTO count: 1 } ]
        dynamic_batching {
          preferred_batch_size: [ 16, 8, 16 ]
          max_queue_delay_microseconds: 0
          default_queue_policy {
            timeout_action: REJECT
            default_timeout_microseconds: 250000
            allow_timeout_override: true
            max_queue_size: 64
          }
        }
        optimization {
          graph { level: 1 }
          priority: PRIORITY_DEFAULT
          input_pinned_memory { enable: true }
          output_pinned_memory { enable: false }
        }
        parameters { key: "intra_op_thread_count" value: { string_value: "2" } }
        parameters { key: "inter_op_thread_count" value: { string_value: "0" } }
        parameters { key: "execution_mode" value: { string_value: "1" } }
        parameters { key: "enable_mem_arena" value: { string_value: "1" } }
        parameters { key: "enable_mem_pattern" value: { string_value: "FALSE" } }
        parameters { key: "session.use_device_allocator_for_initializers" value: { string_value: "1" } }
        parameters { key: "memory.enable_memory_arena_shrinkage" value: { string_value: "cpu:0" } }
        metric_tags { key: "team" value: "search" }
        model_warmup [
          {
            name: "first"
            batch_size: 4
            count: 3
            inputs { key: "ids" value: { data_type: TYPE_INT64 dims: 16 random_data: true } }
            inputs { key: "flag" value: { data_type: TYPE_BOOL dims: 1 input_data_file: "flag.raw" } }
          }
        ]
        model_metrics {
          metric_control: [
            {
              metric_identifier { family: "nv_inference_request_duration_histogram_us" }
              histogram_options { buckets: [ 50, 100.5, 1e3 ] }
            }
          ]
        }
        response_cache { enable: false }
        model_transaction_policy { decoupled: false }
        """;

    /// <summary>Sparse, older style, with colons and angle brackets.</summary>
    public const string Terse = """
        input: <name:'x';data_type:11;dims:[3,224,224]>
        output: [<name:"y",data_type:TYPE_FP32,dims:1000>];max_batch_size:0x8
        """;

    /// <summary>A pipeline of models, which is understood and refused.</summary>
    public const string Ensemble = """
        name: "m"
        platform: "ensemble"
        max_batch_size: 1
        input [ { name: "IMAGE" data_type: TYPE_UINT8 dims: [ -1 ] } ]
        output [ { name: "CLASS" data_type: TYPE_FP32 dims: [ 1000 ] } ]
        ensemble_scheduling {
          step [
            { model_name: "decode" model_version: -1
              input_map { key: "RAW" value: "IMAGE" } output_map { key: "OUT" value: "decoded" } },
            { model_name: "classify" model_version: -1
              input_map { key: "IN" value: "decoded" } output_map { key: "PROB" value: "CLASS" } }
          ]
        }
        """;

    /// <summary>A model that keeps state between requests, which is understood and refused.</summary>
    public const string Stateful = """
        name: "m"
        backend: "onnxruntime"
        max_batch_size: 8
        sequence_batching {
          max_sequence_idle_microseconds: 5000000
          oldest { max_candidate_sequences: 4 preferred_batch_size: [ 2, 4 ] }
          control_input [
            { name: "START" control [ { kind: CONTROL_SEQUENCE_START fp32_false_true: [ 0, 1 ] } ] },
            { name: "ID" control [ { kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_UINT64 } ] }
          ]
          state [
            {
              input_name: "IN_STATE" output_name: "OUT_STATE" data_type: TYPE_FP32 dims: [ -1 ]
              initial_state: { data_type: TYPE_FP32 dims: [ 1 ] zero_data: true name: "zero" }
            }
          ]
        }
        """;

    /// <summary>A model for a GPU with the accelerators that its makers recommend.</summary>
    public const string Accelerated = """
        platform: "onnxruntime_onnx"
        optimization { execution_accelerators {
          gpu_execution_accelerator : [ {
            name : "tensorrt"
            parameters { key: "precision_mode" value: "FP16" }
            parameters { key: "max_workspace_size_bytes" value: "1073741824" }
          } ]
          cpu_execution_accelerator : [ { name : "openvino" } ]
        }}
        instance_group [
          {
            count: 1
            kind: KIND_GPU
            gpus: [ 0, 1 ]
            rate_limiter { resources [ { name: "R1" count: 4 }, { name: "R2" global: True count: 2 } ] priority: 2 }
          }
        ]
        dynamic_batching {
          preferred_batch_size: [ 4, 8 ]
          max_queue_delay_microseconds: 100
          priority_levels: 2
          default_priority_level: 1
          priority_queue_policy { key: 2 value: { timeout_action: DELAY default_timeout_microseconds: 10 max_queue_size: 8 } }
        }
        parameters { key: "gpu_mem_limit" value: { string_value: "4294967200" } }
        """;

    /// <summary>As a server answers ModelConfig: defaults spelled out.</summary>
    public const string ReadBack = """
        {"name":"m","platform":"onnxruntime_onnx","backend":"onnxruntime","runtime":"","version_policy":{"latest":{"num_versions":1}},
         "max_batch_size":4,"input":[{"name":"x","data_type":"TYPE_FP32","format":"FORMAT_NONE","dims":[-1],"is_shape_tensor":false,
         "allow_ragged_batch":false,"optional":false,"is_non_linear_format_io":false}],"output":[{"name":"y","data_type":"TYPE_FP32","dims":[1],
         "label_filename":"","is_shape_tensor":false,"is_non_linear_format_io":false}],"batch_input":[],"batch_output":[],
         "optimization":{"priority":"PRIORITY_DEFAULT","input_pinned_memory":{"enable":true},"output_pinned_memory":{"enable":true},
         "gather_kernel_buffer_threshold":0,"eager_batching":false},"dynamic_batching":{"preferred_batch_size":[4],
         "max_queue_delay_microseconds":0,"preserve_ordering":false,"priority_levels":0,"default_priority_level":0,"priority_queue_policy":{}},
         "instance_group":[{"name":"m_0","kind":"KIND_CPU","count":2,"gpus":[],"secondary_devices":[],"profile":[],"passive":false,
         "host_policy":""}],"default_model_filename":"model.onnx","cc_model_filenames":{},"metric_tags":{},"parameters":{},"model_warmup":[]}
        """;
}
