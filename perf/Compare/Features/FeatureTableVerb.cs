using System.Text.Json;
using Grpc.Core;

namespace Compare.Features;

/// <summary><c>Compare features</c>: measures, prints the table, writes it.</summary>
internal static class FeatureTableVerb
{
    public static async Task<int> RunAsync(string[] args, Action<string> progress)
    {
        var options = FeatureTableOptionsParser.Parse(args, out var errors);
        if (errors.Count > 0)
        {
            Console.Error.WriteLine(string.Join('\n', errors) + "\n" + FeatureTableOptionsParser.Usage);
            return 2;
        }
        try
        {
            var report = await new FeatureRun(options, progress).RunAsync();
            Directory.CreateDirectory(options.Results);
            var path = Path.Combine(options.Results, report.Name);
            var table = FeatureTable.Render(report);
            await File.WriteAllTextAsync(path + ".json", JsonSerializer.Serialize(report, FeatureReportJsonContext.Default.FeatureReport) + "\n");
            await File.WriteAllTextAsync(path + ".md", table);
            Console.Write($"{table}\nWritten to {path}.json and .md\n");
            return report.NotMeasured.Count == 0 ? 0 : 1;
        }
        catch (Exception failure) when (failure is InvalidOperationException or HttpRequestException or FormatException or RpcException)
        {
            Console.Error.WriteLine(failure.Message);
            return 3;
        }
    }
}
