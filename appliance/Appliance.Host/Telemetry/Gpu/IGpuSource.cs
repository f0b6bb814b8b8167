namespace Appliance.Host.Telemetry.Gpu;

/// <summary>The GPUs of the machine. Implemented over NVIDIA's management library, and by a scripted one in the tests. Thread-safe.</summary>
internal interface IGpuSource
{
    /// <summary>Every GPU that answers, by its number. Never throws.</summary>
    IReadOnlyList<GpuReading> Read();
}
