using System.Runtime.InteropServices;
using Appliance.Host.Telemetry;

namespace Appliance.Host.Cli;

/// <summary>
/// Bounds the memory that the process may take, by the kernel's own limit on private data. A model file of a few bytes can ask for any
/// amount of memory, at load and in every run; past the limit the allocation fails, which refuses that model or request, where without one
/// the kernel would end the whole process.
/// </summary>
internal static partial class MemoryLimit
{
    // asm-generic/resource.h: the same on every Linux that this runs on.
    private const int Data = 2;

    /// <summary>Sets the limit, unless a lower one is in force already. Only for builds that serve from the processor: drivers of accelerators map memory that is not there.</summary>
    /// <param name="megabytes">0 for nine tenths of the machine's memory, or what the runtime takes for a container's share.</param>
    /// <returns>The limit in force in bytes; null where there is none.</returns>
    public static ulong? Apply(int megabytes)
    {
        var wanted = megabytes > 0 ? (ulong)megabytes << 20 : (ulong)Default;
        if (getrlimit(Data, out var limit) != 0) return null;
        if (limit.Soft <= wanted) return limit.Soft;
        limit.Soft = Math.Min(wanted, limit.Hard);
        return setrlimit(Data, limit) == 0 ? limit.Soft : null;
    }

    private static double Default =>
        Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, MachineMetrics.MemoryBytes(File.ReadAllText("/proc/meminfo"), "MemTotal:") * 0.9);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, out Limit limit);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
