using System.Globalization;

namespace EndToEnd.Tests.Processes;

/// <summary>What the kernel knows of a process: memory, open files, threads, processor time.</summary>
internal static class ProcessFigures
{
    /// <summary>Resident bytes.</summary>
    public static long ResidentBytes(int process) => StatusNumber(process, "VmRSS:") * 1024;

    public static int Threads(int process) => (int)StatusNumber(process, "Threads:");

    /// <summary>Open descriptors, sockets among them, without the libraries that a process opens when it first needs them.</summary>
    public static int OpenFiles(int process) => Targets(process).Count();

    /// <summary>The same by what they lead to, for failure messages.</summary>
    public static string OpenFileKinds(int process) => string.Join(", ", Targets(process)
        .GroupBy(target => target.StartsWith("socket:", StringComparison.Ordinal) ? "socket" : target)
        .Select(g => $"{g.Count()} {g.Key}"));

    /// <summary>Whether a file is open.</summary>
    public static bool HasOpen(int process, string path) => Targets(process).Contains(path);

    private static IEnumerable<string> Targets(int process) => Directory.GetFileSystemEntries($"/proc/{process}/fd")
        .Select(f => new FileInfo(f).LinkTarget ?? "")
        .Where(target => target.Length > 0 && !target.EndsWith(".dll", StringComparison.Ordinal) && !target.EndsWith(".so", StringComparison.Ordinal));

    private static long StatusNumber(int process, string key)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(key, StringComparison.Ordinal));
        return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
