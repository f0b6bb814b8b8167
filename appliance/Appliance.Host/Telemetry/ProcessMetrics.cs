using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Appliance.Inference.Onnx;

namespace Appliance.Host.Telemetry;

/// <summary>The families about this process: memory, files, threads, garbage collection. Thread-safe.</summary>
internal sealed class ProcessMetrics
{
    private static readonly double StartTime = StartedAt();

    public static void Write(PrometheusWriter page)
    {
        One(page, MetricCatalog.ProcessCpu, Environment.CpuUsage.TotalTime.TotalSeconds);
        One(page, MetricCatalog.ProcessStart, StartTime);
        var status = File.ReadAllText("/proc/self/status");
        One(page, MetricCatalog.ProcessResident, MachineMetrics.MemoryBytes(status, "VmRSS:"));
        One(page, MetricCatalog.ProcessVirtual, MachineMetrics.MemoryBytes(status, "VmSize:"));
        One(page, MetricCatalog.ProcessOpenFiles, Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        One(page, MetricCatalog.ProcessThreads, Directory.EnumerateFileSystemEntries("/proc/self/task").Count());
        One(page, MetricCatalog.AllocatedBytes, GC.GetTotalAllocatedBytes());
        One(page, MetricCatalog.HeapBytes, GC.GetGCMemoryInfo().HeapSizeBytes);
        page.Begin(MetricCatalog.Collections);
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            page.Sample(GC.CollectionCount(generation), generation.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        One(page, MetricCatalog.PauseSeconds, GC.GetTotalPauseDuration().TotalSeconds);
        One(page, MetricCatalog.ThreadPoolQueue, ThreadPool.PendingWorkItemCount);
        One(page, MetricCatalog.ThreadPoolThreads, ThreadPool.ThreadCount);
        page.Begin(MetricCatalog.BuildInfo);
        page.Sample(1, Version, OnnxEnvironment.Version, RuntimeInformation.FrameworkDescription);
    }

    /// <summary>The appliance's own version.</summary>
    internal static string Version { get; } =
        typeof(ProcessMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private static void One(PrometheusWriter page, MetricDefinition family, double value)
    {
        page.Begin(family);
        page.Sample(value);
    }

    private static double StartedAt()
    {
        using var process = Process.GetCurrentProcess();
        return (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }
}
