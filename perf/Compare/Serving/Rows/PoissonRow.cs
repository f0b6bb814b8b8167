using System.Globalization;
using System.Text.Json;
using Compare.Machine;
using Compare.Servers;
using Compare.Tables;

namespace Compare.Serving.Rows;

/// <summary>The highest Poisson rate with a p99 of at most 5 ms, by <c>appliance bench</c>, for three kinds of model. The generator has its share of the same cores.</summary>
internal static class PoissonRow
{
    public static async Task MeasureAsync(ServingOptions options, ServingWorkload workload, TableReport report)
    {
        using var server = await workload.StartApplianceAsync(options.Appliance);
        foreach (var model in new[] { ServingWorkload.Mlp, ServingWorkload.Trees, ServingWorkload.Cnn }) Measure(options, server, report, model);
    }

    private static void Measure(ServingOptions options, ServerProcess server, TableReport report, string model)
    {
        string[] arguments =
        [
            "bench", model, "--json", "--node", $"{server.Http}", "--grpc", $"{server.Grpc}", "--seconds", options.PoissonSeconds.ToString(CultureInfo.InvariantCulture),
        ];
        using var found = JsonDocument.Parse(CommandLine.Run(Path.GetFullPath(options.Appliance), arguments));
        var root = found.RootElement;
        report.Lines.Add(TableLines.Reported("poisson", $"{model}, one row a request: highest Poisson rate with p99 at most 5 ms", "",
            string.Create(CultureInfo.InvariantCulture,
                $"{root.GetProperty("requestsPerSecond").GetDouble():F0}/s; p50 {root.GetProperty("p50Milliseconds").GetDouble():F2}, p99 {root.GetProperty("p99Milliseconds").GetDouble():F2}, p99.9 {root.GetProperty("p999Milliseconds").GetDouble():F2} ms")));
    }
}
