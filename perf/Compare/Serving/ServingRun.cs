using Compare.Clients;
using Compare.Machine;
using Compare.Runtime;
using Compare.Serving.Rows;
using Compare.Tables;

namespace Compare.Serving;

/// <summary>The rows of the second serving table.</summary>
internal sealed class ServingRun(ServingOptions options, Action<string> progress)
{
    public async Task<TableReport> RunAsync()
    {
        Directory.CreateDirectory(options.Work);
        var workload = new ServingWorkload(options);
        SortedDictionary<string, string> versions = new()
        {
            ["dotnet"] = Environment.Version.ToString(),
            ["onnxruntime"] = ModelSession.RuntimeVersion,
            ["h2load"] = H2Load.Version(),
            ["node"] = File.Exists(options.Node) ? CommandLine.Run(options.Node, ["--version"]).Trim() : "absent",
        };
        return await TableRun.RunAsync("serving", options.Name, options.Results, options.Plan, versions, options.Only, (row, report) => MeasureAsync(row, workload, report), progress);
    }

    private Task MeasureAsync(string row, ServingWorkload workload, TableReport report) => row switch
    {
        "ceiling" => CeilingRow.MeasureAsync(options, workload, report),
        "rest" => RestRow.MeasureAsync(options, workload, report),
        "rows128" => ManyRowsRow.MeasureAsync(options, workload, report),
        "jit" => JitRow.MeasureAsync(options, workload, report),
        _ => PoissonRow.MeasureAsync(options, workload, report),
    };
}
