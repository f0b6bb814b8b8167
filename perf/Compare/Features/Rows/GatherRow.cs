using System.Globalization;
using Compare.Machine;
using Compare.Results;
using Compare.Servers;
using Compare.Tables;
using FeatureClients.Results;

namespace Compare.Features.Rows;

/// <summary>100 rows of 64 floats gathered into a tensor: the store in the process against Redis' MGET of the same bytes.</summary>
internal static class GatherRow
{
    private const double TimesFaster = 5;

    public static async Task MeasureAsync(FeatureTableOptions options, TableReport report)
    {
        using var redis = await ServerProcess.StartRedisAsync(options.Redis, options.Work);
        var port = redis.Ports.Grpc.ToString(CultureInfo.InvariantCulture);
        string[] shared = ["--redis", port, "--rows", options.Entities.ToString(CultureInfo.InvariantCulture)];
        ClientProgram.Run(["--verb", "redisfill", .. shared]);
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            ours.Add(double.Parse(CommandLine.Run(options.Bench, ["gather"]), CultureInfo.InvariantCulture));
            theirs.Add(ClientProgram.Run(ClientJsonContext.Default.GatherResult,
                ["--verb", "redisgather", .. shared, "--seconds", TableLines.Text(options.Seconds), "--warmup", TableLines.Text(options.Warmup)]).Micros);
        }
        var redisMicros = Spread.Of(theirs);
        // Faster by so many times: their time over ours.
        report.Lines.Add(TableLines.AtLeast("gather", "100 rows of 64 floats gathered into a tensor: times faster than MGET through StackExchange.Redis",
            $"{redisMicros.Format("F1")} µs", PairedRatio.Of(theirs, ours), TimesFaster));
        report.Lines.Add(TableLines.Reported("gather", "the same, µs", "", Spread.Of(ours).Format("F1")));
    }
}
