namespace Appliance.Host.Telemetry;

/// <summary>The families about the machine: processor and memory, as the kernel counts them. Thread-safe.</summary>
internal sealed class MachineMetrics
{
    // Guards _idle and _total: the processor times when the page was last read.
    private readonly Lock _gate = new();
    private ulong _idle;
    private ulong _total;

    public void Write(PrometheusWriter page)
    {
        page.Begin(MetricCatalog.CpuUtilization);
        page.Sample(Utilization(File.ReadAllText("/proc/stat")));
        var memory = File.ReadAllText("/proc/meminfo");
        var total = MemoryBytes(memory, "MemTotal:");
        page.Begin(MetricCatalog.CpuMemoryTotal);
        page.Sample(total);
        page.Begin(MetricCatalog.CpuMemoryUsed);
        page.Sample(total - MemoryBytes(memory, "MemAvailable:"));
    }

    /// <summary>The share of processor time in use between the last call and this one; at the first call, since the machine started.</summary>
    internal double Utilization(string stat)
    {
        // "cpu  user nice system idle iowait irq softirq steal ...": idle and iowait are the times not in use.
        // Guest times come after these, and are in user and nice already.
        var fields = stat.AsSpan(0, stat.IndexOf('\n')).ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        ulong total = 0, idle = 0;
        for (var i = 0; i < Math.Min(fields.Length, 8); i++)
        {
            var ticks = ulong.Parse(fields[i], System.Globalization.CultureInfo.InvariantCulture);
            total += ticks;
            if (i is 3 or 4) idle += ticks;
        }
        lock (_gate)
        {
            // The kernel's idle count may step back a little.
            var (allTicks, idleTicks) = ((double)total - _total, Math.Max(0, (double)idle - _idle));
            (_total, _idle) = (total, idle);
            return allTicks <= 0 ? 0 : Math.Clamp(1 - idleTicks / allTicks, 0, 1);
        }
    }

    internal static double MemoryBytes(string meminfo, string name)
    {
        var rest = meminfo.AsSpan(meminfo.IndexOf(name, StringComparison.Ordinal) + name.Length).TrimStart();
        return 1024d * long.Parse(rest[..rest.IndexOf(' ')], System.Globalization.CultureInfo.InvariantCulture);
    }
}
