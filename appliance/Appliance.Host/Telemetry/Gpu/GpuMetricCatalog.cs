using static Appliance.Host.Telemetry.MetricKind;

namespace Appliance.Host.Telemetry.Gpu;

/// <summary>The metrics about GPUs, in the order of the page: under the names of Triton, and under those of NVIDIA's own exporter, units included.</summary>
internal static class GpuMetricCatalog
{
    private static readonly string[] DcgmLabels = ["gpu", "UUID", "device", "modelName", "Hostname"];

    public static readonly MetricDefinition Utilization = new("nv_gpu_utilization", Gauge, "1", "Share of the last moments in which the GPU ran anything, 0 to 1.", "gpu_uuid");
    public static readonly MetricDefinition MemoryTotal = new("nv_gpu_memory_total_bytes", Gauge, "By", "The GPU's memory.", "gpu_uuid");
    public static readonly MetricDefinition MemoryUsed = new("nv_gpu_memory_used_bytes", Gauge, "By", "The GPU's memory in use.", "gpu_uuid");
    public static readonly MetricDefinition Power = new("nv_gpu_power_usage", Gauge, "W", "Power that the GPU draws.", "gpu_uuid");
    public static readonly MetricDefinition PowerLimit = new("nv_gpu_power_limit", Gauge, "W", "Power that the GPU draws at most.", "gpu_uuid");
    public static readonly MetricDefinition Energy = new("nv_energy_consumption", Counter, "J", "Energy that the GPU used since its driver was loaded.", "gpu_uuid");

    public static readonly MetricDefinition DcgmSmClock = Dcgm("DCGM_FI_DEV_SM_CLOCK", "MHz", "Clock of the GPU's processors.");
    public static readonly MetricDefinition DcgmMemoryClock = Dcgm("DCGM_FI_DEV_MEM_CLOCK", "MHz", "Clock of the GPU's memory.");
    public static readonly MetricDefinition DcgmTemperature = Dcgm("DCGM_FI_DEV_GPU_TEMP", "°C", "Temperature of the GPU.");
    public static readonly MetricDefinition DcgmPower = Dcgm("DCGM_FI_DEV_POWER_USAGE", "W", "Power that the GPU draws.");
    public static readonly MetricDefinition DcgmEnergy = Dcgm("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "mJ", "Energy that the GPU used since its driver was loaded.", Counter);
    public static readonly MetricDefinition DcgmReplays = Dcgm("DCGM_FI_DEV_PCIE_REPLAY_COUNTER", "{replay}", "Transfers over PCIe that were sent again.", Counter);
    public static readonly MetricDefinition DcgmUtilization = Dcgm("DCGM_FI_DEV_GPU_UTIL", "%", "Share of the last moments in which the GPU ran anything.");
    public static readonly MetricDefinition DcgmCopyUtilization = Dcgm("DCGM_FI_DEV_MEM_COPY_UTIL", "%", "Share of the last moments in which the GPU's memory was read or written.");
    public static readonly MetricDefinition DcgmEncoder = Dcgm("DCGM_FI_DEV_ENC_UTIL", "%", "Use of the GPU's video encoder.");
    public static readonly MetricDefinition DcgmDecoder = Dcgm("DCGM_FI_DEV_DEC_UTIL", "%", "Use of the GPU's video decoder.");
    public static readonly MetricDefinition DcgmFree = Dcgm("DCGM_FI_DEV_FB_FREE", "MiBy", "The GPU's memory that is free.");
    public static readonly MetricDefinition DcgmUsed = Dcgm("DCGM_FI_DEV_FB_USED", "MiBy", "The GPU's memory in use.");

    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        Utilization, MemoryTotal, MemoryUsed, Power, PowerLimit, Energy,
        DcgmSmClock, DcgmMemoryClock, DcgmTemperature, DcgmPower, DcgmEnergy, DcgmReplays, DcgmUtilization, DcgmCopyUtilization, DcgmEncoder, DcgmDecoder, DcgmFree, DcgmUsed,
    ];

    private static MetricDefinition Dcgm(string name, string unit, string help, MetricKind kind = Gauge) => new(name, kind, unit, help, DcgmLabels);
}
