using System.Globalization;
using System.Text.Json;

namespace FeatureBench.Store;

/// <summary>The verb that measures the online store; its files go to a folder of their own, gone at the end.</summary>
internal static class StoreVerb
{
    public const long Keys = 1_000_000;
    public const long Memory = 512L << 20;

    /// <summary>A quarter of the 297 MiB that 1,000,000 rows take in the log, index included. Sixteen pages of the usual size would not fit.</summary>
    private const long SmallMemory = 74L << 20;
    private const int SmallPages = 1 << 20;

    /// <summary>Any time does: the reader compares it with the rows'.</summary>
    public const long Now = 1_700_000_000_000_000;

    public static int Run(string? jsonPath)
    {
        var folder = Directory.CreateTempSubdirectory("feature-bench-").FullName;
        try
        {
            var result = Measure(folder);
            Print(result);
            if (jsonPath is not null) File.WriteAllText(jsonPath, JsonSerializer.Serialize(result, StoreJson.Default.StoreResult));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static StoreResult Measure(string folder)
    {
        var large = Path.Combine(folder, "large");
        var table = TableFill.Open(large, Memory);
        TableFill.Fill(table, Keys, Now);
        PointReadResult points;
        using (var bare = new BareFaster(folder, Keys)) points = PointReads.Run(bare, table, Keys, Now);
        var gather = Gathers.Run(table, Keys, Now);
        var inMemory = ZipfianReads.Run(table, Keys, Now);
        var recovery = Recoveries.Run(table, large, Keys, Memory);
        using var small = TableFill.Open(Path.Combine(folder, "small"), SmallMemory, SmallPages);
        TableFill.Fill(small, Keys, Now);
        return new StoreResult(Keys, points, gather, recovery, inMemory, ZipfianReads.Run(small, Keys, Now));
    }

    private static void Print(StoreResult result)
    {
        var (points, large, small) = (result.PointReads, result.InMemory, result.FourTimesMemory);
        Line($"point reads, 2 threads     bare FASTER {points.BareRate / 1e6:F2} M/s   table {points.TableRate / 1e6:F2} M/s   ratio {points.Ratio:F3}");
        Line($"100 rows gathered          {result.Gather100Micros:F1} us");
        Line($"recovery of 1,000,000 rows {result.RecoverySeconds:F2} s");
        Line($"zipfian, all in memory     {large.Rate / 1e6:F2} M/s   p50 {large.P50:F1}  p99 {large.P99:F1}  p99.9 {large.P999:F1}  longest {large.Longest:F0} us");
        Line($"zipfian, 4x the memory     {small.Rate / 1e6:F2} M/s   p50 {small.P50:F1}  p99 {small.P99:F1}  p99.9 {small.P999:F1}  longest {small.Longest:F0} us   from disk {small.DiskShare:P0}");
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
