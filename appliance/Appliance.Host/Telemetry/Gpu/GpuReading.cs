namespace Appliance.Host.Telemetry.Gpu;

/// <summary>What one GPU says of itself now. A value that the device does not have is null.</summary>
/// <param name="Index">The driver's number of the device.</param>
/// <param name="Utilization">Per cent of the last moments in which a kernel ran.</param>
/// <param name="MemoryUtilization">Per cent of the last moments in which memory was read or written.</param>
/// <param name="PowerMilliwatts">Drawn now.</param>
/// <param name="PowerLimitMilliwatts">Drawn at most.</param>
/// <param name="EnergyMillijoules">Since the driver was loaded.</param>
internal readonly record struct GpuReading(
    int Index,
    string Uuid,
    string Name,
    uint? Utilization = null,
    uint? MemoryUtilization = null,
    ulong? MemoryTotalBytes = null,
    ulong? MemoryFreeBytes = null,
    ulong? MemoryUsedBytes = null,
    uint? PowerMilliwatts = null,
    uint? PowerLimitMilliwatts = null,
    ulong? EnergyMillijoules = null,
    uint? TemperatureCelsius = null,
    uint? SmClockMegahertz = null,
    uint? MemoryClockMegahertz = null,
    uint? EncoderUtilization = null,
    uint? DecoderUtilization = null,
    uint? PcieReplays = null);
