using System.Text.Json;
using Compare.Machine;
using Compare.Results;
using Compare.Tables;

namespace Compare.Features.Rows;

/// <summary>Reads of single rows in the process, and of a store larger than its memory: the native program measures both.</summary>
internal static class StoreRow
{
    private const double RateToBare = 0.8;
    private const double StallMicros = 50_000;

    public static async Task MeasureAsync(FeatureTableOptions options, TableReport report)
    {
        var path = Path.Combine(options.Work, "store.json");
        CommandLine.Run(options.Bench, ["store", "--json", path]);
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(path));
        var points = json.RootElement.GetProperty("pointReads");
        report.Lines.Add(TableLines.AtLeast("store", "row of 64 floats read in the process, 1,000,000 keys, 2 threads: rate to bare FASTER's",
            $"{points.GetProperty("bareRate").GetDouble() / 1e6:F2} M/s", Spread.Of(points.GetProperty("ratios").EnumerateArray().Select(ratio => ratio.GetDouble())), RateToBare));
        report.Lines.Add(TableLines.Reported("store", "the same, reads a second", "", $"{points.GetProperty("tableRate").GetDouble() / 1e6:F2} M/s"));
        var (large, small) = (json.RootElement.GetProperty("inMemory"), json.RootElement.GetProperty("fourTimesMemory"));
        report.Lines.Add(TableLines.AtMost("store", "store of 4x its memory, zipfian reads: p99.9, µs",
            $"all in memory: {large.GetProperty("p999").GetDouble():F1} µs", Spread.Of([small.GetProperty("p999").GetDouble()]), StallMicros, "F1"));
        report.Lines.Add(TableLines.Reported("store", "the same, reads a second", $"{large.GetProperty("rate").GetDouble() / 1e6:F2} M/s",
            $"{small.GetProperty("rate").GetDouble() / 1e6:F2} M/s, {small.GetProperty("diskShare").GetDouble():P0} of them from disk"));
    }
}
