using System.Globalization;

namespace Compare.Machine;

/// <summary>Resident memory of a process, in megabytes of 1,000,000 bytes.</summary>
internal static class ProcessMemory
{
    public static double ResidentMegabytes(int processId) =>
        ParseKilobytes(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status")), "VmRSS:") * 1024 / 1e6;

    /// <summary>The value of a line such as <c>VmRSS:   12345 kB</c>; the kernel's kB are 1,024 bytes.</summary>
    public static double ParseKilobytes(string status, string field)
    {
        var line = status.Split('\n').FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal))
            ?? throw new FormatException($"The process status has no line {field}");
        return double.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
