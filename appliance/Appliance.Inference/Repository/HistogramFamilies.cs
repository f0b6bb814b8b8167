namespace Appliance.Inference.Repository;

/// <summary>The histograms whose buckets a model may set for itself, all in microseconds.</summary>
public static class HistogramFamilies
{
    public const string RequestDuration = "nv_inference_request_duration_histogram_us";
    public const string QueueDuration = "nv_inference_queue_duration_histogram_us";
    public const string ComputeInputDuration = "nv_inference_compute_input_duration_histogram_us";
    public const string ComputeInferDuration = "nv_inference_compute_infer_duration_histogram_us";
    public const string ComputeOutputDuration = "nv_inference_compute_output_duration_histogram_us";

    public static IReadOnlyList<string> All { get; } =
        [RequestDuration, QueueDuration, ComputeInputDuration, ComputeInferDuration, ComputeOutputDuration];
}
