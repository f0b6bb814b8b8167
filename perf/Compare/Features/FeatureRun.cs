using System.ComponentModel;
using System.Text.Json;
using Compare.Clients;
using Compare.Features.Rows;
using Compare.Machine;
using Grpc.Core;

namespace Compare.Features;

/// <summary>Measures the rows in order, one thing at a time.</summary>
internal sealed class FeatureRun(FeatureTableOptions options, Action<string> progress)
{
    public async Task<FeatureReport> RunAsync()
    {
        Directory.CreateDirectory(options.Work);
        var report = Begin();
        using var workload = new FeatureWorkload(options);
        foreach (var name in options.Only)
        {
            progress(name);
            var lines = report.Lines.Count;
            try
            {
                await MeasureAsync(name, workload, report);
            }
            catch (Exception fault) when (fault is InvalidOperationException or HttpRequestException or FormatException or RpcException or JsonException or IOException or Win32Exception)
            {
                // A row that cannot be measured is named in the result and leaves the others their figures.
                report.NotMeasured.Add($"{name}: {fault.Message}");
                progress($"{name} could not be measured: {fault.Message}");
            }
            foreach (var line in report.Lines.Skip(lines)) progress($"  {line.What}: {line.Measured}{(line.Target.Length > 0 ? $", {line.Target} wanted" : "")}");
        }
        report.Machine.LoadAverageAtEnd = MachineFacts.LoadAverage();
        return report;
    }

    private Task MeasureAsync(string row, FeatureWorkload workload, FeatureReport report) => row switch
    {
        "store" => StoreRow.MeasureAsync(options, report),
        "gather" => GatherRow.MeasureAsync(options, report),
        "recovery" => RecoveryRow.MeasureAsync(options, workload, report),
        "online" => OnlineRow.MeasureAsync(options, workload, report),
        "entity" => EntityRow.MeasureAsync(options, workload, report),
        "twohop" => TwoHopRow.MeasureAsync(options, workload, report),
        _ => IngestRow.MeasureAsync(options, workload, report),
    };

    private FeatureReport Begin()
    {
        var source = SourceState.Read(options.Results);
        var date = DateTimeOffset.UtcNow;
        return new FeatureReport
        {
            Name = options.Name ?? $"{date:yyyy-MM-dd}-{source.Commit[..7]}-features",
            Date = date,
            Source = source,
            Machine = MachineFacts.Read(),
            Versions = new()
            {
                ["dotnet"] = Environment.Version.ToString(),
                ["h2load"] = H2Load.Version(),
                ["redis-server"] = File.Exists(options.Redis) ? CommandLine.Run(options.Redis, ["--version"]).Split(' ')[2]["v=".Length..] : "absent",
            },
            Rounds = options.Rounds,
            RoundSeconds = options.Seconds,
            NoiseLimit = options.NoiseLimit,
        };
    }
}
