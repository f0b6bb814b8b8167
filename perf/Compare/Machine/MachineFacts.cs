using System.Globalization;

namespace Compare.Machine;

/// <summary>Where a result was measured: what matters for a figure, nothing that names the machine.</summary>
internal sealed class MachineFacts
{
    public string Cpu { get; set; } = "";
    public int Cores { get; set; }
    public double MemoryGigabytes { get; set; }
    public string Kernel { get; set; } = "";
    public string System { get; set; } = "";
    public string LoadAverageAtStart { get; set; } = "";
    public string LoadAverageAtEnd { get; set; } = "";

    public static MachineFacts Read() => new()
    {
        Cpu = ValueOf(File.ReadAllText("/proc/cpuinfo"), "model name", ':'),
        Cores = Environment.ProcessorCount,
        MemoryGigabytes = Math.Round(ProcessMemory.ParseKilobytes(File.ReadAllText("/proc/meminfo"), "MemTotal:") * 1024 / 1e9, 1),
        Kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        System = ValueOf(File.ReadAllText("/etc/os-release"), "PRETTY_NAME", '=').Trim('"'),
        LoadAverageAtStart = LoadAverage(),
    };

    public static string LoadAverage() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));

    public static string ValueOf(string text, string key, char separator) =>
        text.Split('\n').Select(line => line.Split(separator, 2)).FirstOrDefault(pair => pair.Length == 2 && pair[0].Trim() == key)?[1].Trim() ?? "unknown";

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Cpu}, {Cores} cores, {MemoryGigabytes} GB, {System}, kernel {Kernel}");
}
