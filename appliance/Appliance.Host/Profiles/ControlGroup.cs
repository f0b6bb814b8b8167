using System.Globalization;

namespace Appliance.Host.Profiles;

/// <summary>The limits that control groups, version 1 or 2, set the process: of all groups from its own up to the root the tightest. Stateless.</summary>
/// <param name="root">The root of the file system; another one in tests.</param>
internal sealed class ControlGroup(string root)
{
    // Version 1 writes a number near 2^63 for none.
    private const long NoLimit = 1L << 60;

    /// <summary>Processors that the quota allows; null for no quota.</summary>
    public double? Cores() => Tightest("cpu", Quota);

    /// <summary>Bytes that the limit allows; null for no limit.</summary>
    public double? MemoryBytes() => Tightest("memory", Limit);

    private double? Tightest(string controller, Func<string, double?> read)
    {
        double? tightest = null;
        foreach (var folder in Folders(controller))
        {
            if (read(folder) is { } value && !(tightest <= value)) tightest = value;
        }
        return tightest;
    }

    /// <summary>The group's folder and those above it. One that is not there, as inside a container, is passed over by its reader.</summary>
    private IEnumerable<string> Folders(string controller)
    {
        var mount = Path.Combine(root, "sys/fs/cgroup");
        foreach (var line in Lines(Path.Combine(root, "proc/self/cgroup")))
        {
            // "0::/a/b" is version 2; "4:cpu,cpuacct:/a/b" is version 1.
            if (line.Split(':', 3) is not [var id, var controllers, var group]) continue;
            var isUnified = id == "0" && controllers.Length == 0;
            if (!isUnified && !controllers.Split(',').Contains(controller)) continue;
            foreach (var top in isUnified ? new[] { mount } : [Path.Combine(mount, controllers), Path.Combine(mount, controller)])
            {
                for (var path = group.Trim('/'); ; path = path[..Math.Max(0, path.LastIndexOf('/'))])
                {
                    yield return Path.Combine(top, path);
                    if (path.Length == 0) break;
                }
            }
        }
    }

    private static double? Quota(string folder)
    {
        if (Lines(Path.Combine(folder, "cpu.max")) is [var both, ..])
        {
            return both.Split(' ') is [var quota, var period] && Number(quota) is { } q and > 0 && Number(period) is { } p and > 0 ? q / p : null;
        }
        return Lines(Path.Combine(folder, "cpu.cfs_quota_us")) is [var used, ..] && Number(used) is { } u and > 0
            && Lines(Path.Combine(folder, "cpu.cfs_period_us")) is [var of, ..] && Number(of) is { } o and > 0 ? u / o : null;
    }

    private static double? Limit(string folder) =>
        (Lines(Path.Combine(folder, "memory.max")) is [var second, ..] ? Number(second)
            : Lines(Path.Combine(folder, "memory.limit_in_bytes")) is [var first, ..] ? Number(first) : null) is { } bytes and > 0 and < NoLimit ? bytes : null;

    // "max" is no number: no limit.
    private static double? Number(string text) => double.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
