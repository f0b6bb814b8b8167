using System.Globalization;

namespace Compare.Machine;

/// <summary>Processor time used so far, in seconds: by the whole machine, by one server, and by the client processes that have ended.</summary>
internal readonly record struct CpuTimes(double Machine, double Server, double Clients)
{
    /// <summary>USER_HZ, the unit of /proc, on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Clients are this process's children that have been waited for, so a client must end before the second reading.</summary>
    public static CpuTimes Read(int serverId) => new(
        ParseMachine(File.ReadAllText("/proc/stat")),
        ParseProcess(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{serverId}/stat"))).Own,
        ParseProcess(File.ReadAllText("/proc/self/stat")).Children);

    public static CpuTimes operator -(CpuTimes end, CpuTimes start) =>
        new(end.Machine - start.Machine, end.Server - start.Server, end.Clients - start.Clients);

    /// <summary>Busy time of all cores, stolen time included: user, nice, system, irq, softirq and steal; not idle, not iowait.</summary>
    public static double ParseMachine(string stat)
    {
        var fields = stat[..stat.IndexOf('\n')].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (Ticks(fields[1]) + Ticks(fields[2]) + Ticks(fields[3]) + Ticks(fields[6]) + Ticks(fields[7]) + Ticks(fields[8])) / TicksPerSecond;
    }

    /// <summary>A process's own time and that of the children it has waited for. The name before them may hold spaces and brackets.</summary>
    public static (double Own, double Children) ParseProcess(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return ((Ticks(fields[11]) + Ticks(fields[12])) / TicksPerSecond, (Ticks(fields[13]) + Ticks(fields[14])) / TicksPerSecond);
    }

    private static double Ticks(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
