using Compare.Clients;
using Compare.Features.Rows;
using Compare.Machine;
using Compare.Tables;

namespace Compare.Features;

/// <summary>The rows of the feature table.</summary>
internal sealed class FeatureRun(FeatureTableOptions options, Action<string> progress)
{
    public async Task<TableReport> RunAsync()
    {
        Directory.CreateDirectory(options.Work);
        using var workload = new FeatureWorkload(options);
        SortedDictionary<string, string> versions = new()
        {
            ["dotnet"] = Environment.Version.ToString(),
            ["h2load"] = H2Load.Version(),
            ["redis-server"] = File.Exists(options.Redis) ? CommandLine.Run(options.Redis, ["--version"]).Split(' ')[2]["v=".Length..] : "absent",
        };
        return await TableRun.RunAsync("features", options.Name, options.Results, options.Plan, versions, options.Only, (row, report) => MeasureAsync(row, workload, report), progress);
    }

    private Task MeasureAsync(string row, FeatureWorkload workload, TableReport report) => row switch
    {
        "store" => StoreRow.MeasureAsync(options, report),
        "gather" => GatherRow.MeasureAsync(options, report),
        "recovery" => RecoveryRow.MeasureAsync(options, workload, report),
        "online" => OnlineRow.MeasureAsync(options, workload, report),
        "entity" => EntityRow.MeasureAsync(options, workload, report),
        "twohop" => TwoHopRow.MeasureAsync(options, workload, report),
        _ => IngestRow.MeasureAsync(options, workload, report),
    };
}
