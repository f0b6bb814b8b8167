using System.Globalization;

namespace FeatureBench.Store;

/// <summary>The verb that measures the online store.</summary>
internal static class StoreVerb
{
    public static int Run(string[] args)
    {
        var folder = Path.Combine(Path.GetTempPath(), "feature-bench");
        var keys = 1_000_000L;
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        var now = 1_700_000_000_000_000L;
        using var bare = new BareFaster(folder, keys);
        using var table = TableFill.Open(Path.Combine(folder, "table"), 512L << 20);
        TableFill.Fill(table, keys, now);
        Console.WriteLine($"rows {table.Rows}, memory {table.MemoryBytes >> 20} MiB, log {table.LogBytes >> 20} MiB");
        var points = PointReads.Run(bare, table, keys, now);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bare {points.BareRate / 1e6:F2} M/s, table {points.TableRate / 1e6:F2} M/s, ratio {points.Ratio:F3}"));
        return 0;
    }
}
