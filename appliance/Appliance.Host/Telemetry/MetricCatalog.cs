using static Appliance.Host.Telemetry.MetricKind;

namespace Appliance.Host.Telemetry;

/// <summary>
/// Every metric there is, in the order of the page. The nv_ names, labels and units are those that dashboards of this protocol already read;
/// the histograms add up over appliances. docs/metrics.md is made from this list.
/// </summary>
internal static class MetricCatalog
{
    public static readonly MetricDefinition RequestSuccess = OfModel(
        "nv_inference_request_success", Counter, "{request}",
        "Requests answered.");
    public static readonly MetricDefinition RequestFailure = OfModel(
        "nv_inference_request_failure", Counter, "{request}",
        "Requests not answered. REJECTED: queue full, or its time over before it ran; CANCELED: by its caller; "
        + "BACKEND: the runtime failed; OTHER: the request was at fault.", "reason");
    public static readonly MetricDefinition InferenceCount = OfModel(
        "nv_inference_count", Counter, "{row}",
        "Rows answered.");
    public static readonly MetricDefinition ExecutionCount = OfModel(
        "nv_inference_exec_count", Counter, "{batch}",
        "Calls of the runtime. Rows by calls is the mean batch size.");
    public static readonly MetricDefinition PendingRequests = OfModel(
        "nv_inference_pending_request_count", Gauge, "{request}",
        "Requests waiting for an instance.");
    public static readonly MetricDefinition RequestDuration = OfModel(
        "nv_inference_request_duration_us", Counter, "µs",
        "Time of answered requests, from having the whole request to having the answer.");
    public static readonly MetricDefinition QueueDuration = OfModel(
        "nv_inference_queue_duration_us", Counter, "µs",
        "Time of answered requests in the queue.");
    public static readonly MetricDefinition InputDuration = OfModel(
        "nv_inference_compute_input_duration_us", Counter, "µs",
        "Time of answered requests in which their batch's inputs were put in place.");
    public static readonly MetricDefinition InferDuration = OfModel(
        "nv_inference_compute_infer_duration_us", Counter, "µs",
        "Time of answered requests in the runtime.");
    public static readonly MetricDefinition OutputDuration = OfModel(
        "nv_inference_compute_output_duration_us", Counter, "µs",
        "Time of answered requests in which their batch's answers were copied out.");
    public static readonly MetricDefinition RequestHistogram = OfModel(
        "nv_inference_request_duration_histogram_us", Histogram, "µs",
        "Answered requests by their time.");
    public static readonly MetricDefinition QueueHistogram = OfModel(
        "nv_inference_queue_duration_histogram_us", Histogram, "µs",
        "Answered requests by their time in the queue.");
    public static readonly MetricDefinition InputHistogram = OfModel(
        "nv_inference_compute_input_duration_histogram_us", Histogram, "µs",
        "Answered requests by the time in which inputs were put in place.");
    public static readonly MetricDefinition InferHistogram = OfModel(
        "nv_inference_compute_infer_duration_histogram_us", Histogram, "µs",
        "Answered requests by their time in the runtime.");
    public static readonly MetricDefinition OutputHistogram = OfModel(
        "nv_inference_compute_output_duration_histogram_us", Histogram, "µs",
        "Answered requests by the time in which answers were copied out.");
    public static readonly MetricDefinition ModelLoadSeconds = OfModel(
        "nv_model_load_duration_secs", Gauge, "s",
        "Time that the last load of the version took, warm-up included.");
    public static readonly MetricDefinition CpuUtilization = new(
        "nv_cpu_utilization", Gauge, "1",
        "Share of the machine's processor time in use since the page was last read, 0 to 1.");
    public static readonly MetricDefinition CpuMemoryTotal = new(
        "nv_cpu_memory_total_bytes", Gauge, "By",
        "The machine's memory.");
    public static readonly MetricDefinition CpuMemoryUsed = new(
        "nv_cpu_memory_used_bytes", Gauge, "By",
        "The machine's memory in use.");

    public static readonly MetricDefinition QueueAge = OfModel(
        "appliance_queue_oldest_age_seconds", Gauge, "s",
        "Age of the oldest waiting request; 0 when none waits.");
    public static readonly MetricDefinition BatchClosed = OfModel(
        "appliance_batch_closed_total", Counter, "{batch}",
        "Batches by the reason for which they were closed.", "reason");
    public static readonly MetricDefinition BatchSize = OfModel(
        "appliance_batch_size", Histogram, "{row}",
        "Batches by their rows.");
    public static readonly MetricDefinition RequestsRefused = new(
        "appliance_requests_refused_total", Counter, "{request}",
        "Requests refused for load. concurrency: the appliance was full, and no model was looked at; "
        + "queue_full, queue_timeout, deadline: at a model's queue; shed: at once, as the deadline would have passed before an answer; "
        + "standing_queue: at once, as the queue had not drained for a while and the wait would have been long; "
        + "share: the appliance was nearly full, and the model held more than an eighth of it.", "reason", "model", "version");
    public static readonly MetricDefinition ModelState = OfModel(
        "appliance_model_state", Gauge, "1",
        "1 for the state that the version is in, 0 for the others.", "state");
    public static readonly MetricDefinition ModelLoads = new(
        "appliance_model_loads_total", Counter, "{load}",
        "Loads of model versions by how they ended.", "outcome");
    public static readonly MetricDefinition ModelSessions = new(
        "appliance_model_sessions_total", Counter, "{session}",
        "Sessions of the runtime that were created, and that were disposed. The difference is what is served, loads or drains.", "event");
    public static readonly MetricDefinition ModelLeases = OfModel(
        "appliance_model_leases", Gauge, "{request}",
        "Requests that hold the version now: it is not disposed before they are done.");
    public static readonly MetricDefinition RequestsInside = new(
        "appliance_requests_inside", Gauge, "{request}",
        "Requests inside the appliance.");

    public static readonly MetricDefinition ProcessCpu = new(
        "process_cpu_seconds_total", Counter, "s",
        "Processor time of the process, user and system.");
    public static readonly MetricDefinition ProcessStart = new(
        "process_start_time_seconds", Gauge, "s",
        "When the process started, since the Unix epoch.");
    public static readonly MetricDefinition ProcessResident = new(
        "process_resident_memory_bytes", Gauge, "By",
        "Resident memory of the process.");
    public static readonly MetricDefinition ProcessVirtual = new(
        "process_virtual_memory_bytes", Gauge, "By",
        "Virtual memory of the process.");
    public static readonly MetricDefinition ProcessOpenFiles = new(
        "process_open_fds", Gauge, "{file}",
        "Open file descriptors.");
    public static readonly MetricDefinition ProcessThreads = new(
        "process_threads", Gauge, "{thread}",
        "Threads of the operating system.");
    public static readonly MetricDefinition AllocatedBytes = new(
        "process_managed_allocated_bytes_total", Counter, "By",
        "Managed memory allocated since the start.");
    public static readonly MetricDefinition HeapBytes = new(
        "process_managed_heap_bytes", Gauge, "By",
        "Managed heap after the last collection.");
    public static readonly MetricDefinition Collections = new(
        "process_gc_collections_total", Counter, "{collection}",
        "Garbage collections by generation; one of a generation counts for the younger ones too.", "generation");
    public static readonly MetricDefinition PauseSeconds = new(
        "process_gc_pause_seconds_total", Counter, "s",
        "Time for which garbage collections stopped the process.");
    public static readonly MetricDefinition ThreadPoolQueue = new(
        "process_thread_pool_queue_length", Gauge, "{item}",
        "Work waiting for a pool thread.");
    public static readonly MetricDefinition ThreadPoolThreads = new(
        "process_thread_pool_threads", Gauge, "{thread}",
        "Threads of the pool.");
    public static readonly MetricDefinition BuildInfo = new(
        "appliance_build_info", Gauge, "1",
        "Always 1; the versions are in the labels.", "version", "onnxruntime", "dotnet");

    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        RequestSuccess, RequestFailure, InferenceCount, ExecutionCount, PendingRequests,
        RequestDuration, QueueDuration, InputDuration, InferDuration, OutputDuration,
        RequestHistogram, QueueHistogram, InputHistogram, InferHistogram, OutputHistogram,
        ModelLoadSeconds, CpuUtilization, CpuMemoryTotal, CpuMemoryUsed,
        QueueAge, BatchClosed, BatchSize, RequestsRefused, ModelState, ModelLoads, ModelSessions,
        ModelLeases, RequestsInside,
        ProcessCpu, ProcessStart, ProcessResident, ProcessVirtual, ProcessOpenFiles, ProcessThreads,
        AllocatedBytes, HeapBytes, Collections, PauseSeconds, ThreadPoolQueue, ThreadPoolThreads, BuildInfo,
    ];

    private static MetricDefinition OfModel(string name, MetricKind kind, string unit, string help, params string[] more) =>
        new(name, kind, unit, help, ["model", "version", .. more]);
}
