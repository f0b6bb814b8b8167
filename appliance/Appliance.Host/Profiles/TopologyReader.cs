using System.Text.RegularExpressions;
using Appliance.Host.Telemetry;
using Appliance.Inference.Onnx;

namespace Appliance.Host.Profiles;

/// <summary>Reads what the machine lets this process use: control groups, <c>/proc</c>, and NVIDIA's library or device files where they are. Stateless.</summary>
/// <param name="root">The root of the file system; another one in tests.</param>
/// <param name="processors">Processors that the process may be scheduled on.</param>
/// <param name="nvml">NVIDIA's management library.</param>
internal sealed partial class TopologyReader(string root, int processors, string nvml)
{
    public static TopologyReader OfThisMachine => new("/", Environment.ProcessorCount, Nvml.Library);

    public MachineTopology Read()
    {
        var group = new ControlGroup(root);
        var quota = group.Cores();
        // A thread more than the quota would be stopped for the rest of each period, with the requests that it runs.
        var cores = Math.Max(1, Math.Min(processors, (int)Math.Floor(quota ?? processors)));
        var machine = MachineMetrics.MemoryBytes(File.ReadAllText(Path.Combine(root, "proc/meminfo")), "MemTotal:");
        var limit = group.MemoryBytes();
        return new MachineTopology(
            cores,
            quota is { } q && cores < processors ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the control group's quota of {q:0.##}") : "all that the process may run on",
            (int)(Math.Min(machine, limit ?? machine) / (1 << 20)),
            limit < machine ? "the control group's limit" : "the machine's",
            CpuModel(),
            Accelerators());
    }

    private string CpuModel()
    {
        var path = Path.Combine(root, "proc/cpuinfo");
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? "" : line[(line.IndexOf(':') + 1)..].Trim();
    }

    private IReadOnlyList<ProfileAccelerator> Accelerators()
    {
        // Device files first: where there are none, no library is looked for.
        var devices = Path.Combine(root, "dev");
        var count = Directory.Exists(devices) ? Directory.EnumerateFileSystemEntries(devices, "nvidia*").Count(f => DeviceFile().IsMatch(Path.GetFileName(f))) : 0;
        if (count == 0) return [];
        var asked = Nvml.Read(nvml);
        var each = asked.Count > 0 ? asked : [.. Models().Take(count).Concat(Enumerable.Repeat("NVIDIA", count)).Take(count).Select(m => (Model: m, Megabytes: 0))];
        return [.. each.GroupBy(a => a).Select(g => new ProfileAccelerator(ExecutionProviders.Cuda, g.Key.Model, g.Count(), g.Key.Megabytes))];
    }

    // What the driver says without its library: "Model: NVIDIA L4".
    private IEnumerable<string> Models()
    {
        var folder = Path.Combine(root, "proc/driver/nvidia/gpus");
        if (!Directory.Exists(folder)) yield break;
        foreach (var gpu in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var file = Path.Combine(gpu, "information");
            var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("Model:", StringComparison.Ordinal)) : null;
            if (line is not null) yield return line["Model:".Length..].Trim();
        }
    }

    [GeneratedRegex(@"^nvidia\d+$")]
    private static partial Regex DeviceFile();
}
