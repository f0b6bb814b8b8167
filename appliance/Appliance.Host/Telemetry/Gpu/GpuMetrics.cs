namespace Appliance.Host.Telemetry.Gpu;

/// <summary>The families about GPUs: none on a machine without one. Thread-safe.</summary>
/// <param name="source">Null where there is none.</param>
internal sealed partial class GpuMetrics(IGpuSource? source)
{
    private const double PerMebi = 1024 * 1024;

    /// <summary>Looks for the driver's library once.</summary>
    public static GpuMetrics Find(ILogger<GpuMetrics> logger)
    {
        if (NvmlLibrary.TryLoad(NvmlLibrary.FileName, out var library, out var problem)) return new GpuMetrics(library);
        Log.NoGpu(logger, problem);
        return new GpuMetrics(null);
    }

    public void Write(PrometheusWriter page)
    {
        if (source is null) return;
        var gpus = source.Read();
        Write(page, GpuMetricCatalog.Utilization, gpus, g => g.Utilization / 100d);
        Write(page, GpuMetricCatalog.MemoryTotal, gpus, g => g.MemoryTotalBytes);
        Write(page, GpuMetricCatalog.MemoryUsed, gpus, g => g.MemoryUsedBytes);
        Write(page, GpuMetricCatalog.Power, gpus, g => g.PowerMilliwatts / 1e3);
        Write(page, GpuMetricCatalog.PowerLimit, gpus, g => g.PowerLimitMilliwatts / 1e3);
        Write(page, GpuMetricCatalog.Energy, gpus, g => g.EnergyMillijoules / 1e3);
        Write(page, GpuMetricCatalog.DcgmSmClock, gpus, g => g.SmClockMegahertz);
        Write(page, GpuMetricCatalog.DcgmMemoryClock, gpus, g => g.MemoryClockMegahertz);
        Write(page, GpuMetricCatalog.DcgmTemperature, gpus, g => g.TemperatureCelsius);
        Write(page, GpuMetricCatalog.DcgmPower, gpus, g => g.PowerMilliwatts / 1e3);
        Write(page, GpuMetricCatalog.DcgmEnergy, gpus, g => g.EnergyMillijoules);
        Write(page, GpuMetricCatalog.DcgmReplays, gpus, g => g.PcieReplays);
        Write(page, GpuMetricCatalog.DcgmUtilization, gpus, g => g.Utilization);
        Write(page, GpuMetricCatalog.DcgmCopyUtilization, gpus, g => g.MemoryUtilization);
        Write(page, GpuMetricCatalog.DcgmEncoder, gpus, g => g.EncoderUtilization);
        Write(page, GpuMetricCatalog.DcgmDecoder, gpus, g => g.DecoderUtilization);
        Write(page, GpuMetricCatalog.DcgmFree, gpus, g => g.MemoryFreeBytes / PerMebi);
        Write(page, GpuMetricCatalog.DcgmUsed, gpus, g => g.MemoryUsedBytes / PerMebi);
    }

    private static void Write(PrometheusWriter page, MetricDefinition family, IReadOnlyList<GpuReading> gpus, Func<GpuReading, double?> value)
    {
        page.Begin(family);
        foreach (var gpu in gpus)
        {
            if (value(gpu) is not { } number) continue;
            if (family.Labels.Length == 1) page.Sample(number, gpu.Uuid);
            else page.Sample(number, gpu.Index.ToString(System.Globalization.CultureInfo.InvariantCulture), gpu.Uuid, $"nvidia{gpu.Index}", gpu.Name, Environment.MachineName);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.GpuLibraryAbsent, LogLevel.Debug, "There are no figures of GPUs: {Problem}.")]
        public static partial void NoGpu(ILogger logger, string problem);
    }
}
