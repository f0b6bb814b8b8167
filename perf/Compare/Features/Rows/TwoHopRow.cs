using System.Globalization;
using Compare.Machine;
using Compare.Results;
using Compare.Servers;
using Compare.Tables;
using FeatureClients.Results;

namespace Compare.Features.Rows;

/// <summary>Entity scoring against reading the row from Redis and then scoring it, by the same C# client.</summary>
internal static class TwoHopRow
{
    private const double RateRatio = 2;
    private const double P50Ratio = 0.5;
    private const double Tolerance = 1e-6;

    private static readonly string[] _modes = ["entity", "twohop", "twohoptensor"];

    public static async Task MeasureAsync(FeatureTableOptions options, FeatureWorkload workload, TableReport report)
    {
        using var redis = await workload.StartRedisAsync();
        using var server = await workload.StartFilledAsync();
        string[] shared =
        [
            "--redis", Text(redis.Ports.Grpc), "--grpc", Text(server.Ports.Grpc), "--rows", Text(options.Entities),
            "--seconds", TableLines.Text(options.Seconds), "--warmup", TableLines.Text(options.Warmup),
        ];
        ClientProgram.Run(["--verb", "redisfill", .. shared]);
        var rounds = _modes.ToDictionary(mode => mode, _ => new List<CallResult>());
        var servers = _modes.ToDictionary(mode => mode, _ => new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var mode in _modes)
            {
                var before = ServersSeconds(redis, server);
                var result = ClientProgram.Run(ClientJsonContext.Default.CallResult, ["--verb", "call", "--mode", mode, .. shared]);
                rounds[mode].Add(result);
                servers[mode].Add((ServersSeconds(redis, server) - before) * 1e6 / Math.Max(1, result.AllCalls));
            }
        }
        Check(rounds);
        report.Sides.AddRange(_modes.Select(mode => Figures(mode, rounds[mode], servers[mode])));
        Compare(report, rounds["entity"], rounds["twohop"], "the features by name");
        Report(report, rounds["entity"], rounds["twohoptensor"], "a raw tensor");
    }

    private static void Compare(TableReport report, List<CallResult> entity, List<CallResult> hops, string second)
    {
        report.Lines.Add(TableLines.AtLeast("twohop", $"entity scoring, C# client, 32 callers: rate to that of Redis and then {second}",
            $"{Spread.Of(Rates(hops)).Format("F0")}/s", PairedRatio.Of(Rates(entity), Rates(hops)), RateRatio));
        report.Lines.Add(TableLines.AtMost("twohop", "the same, p50 to p50", $"{Spread.Of(P50(hops)).Format("F0")} µs", PairedRatio.Of(P50(entity), P50(hops)), P50Ratio));
    }

    private static void Report(TableReport report, List<CallResult> entity, List<CallResult> hops, string second)
    {
        report.Lines.Add(TableLines.Reported("twohop", $"entity scoring, rate to that of Redis and then {second}",
            $"{Spread.Of(Rates(hops)).Format("F0")}/s", PairedRatio.Of(Rates(entity), Rates(hops)).Format("F2")));
        report.Lines.Add(TableLines.Reported("twohop", "the same, p50 to p50", $"{Spread.Of(P50(hops)).Format("F0")} µs", PairedRatio.Of(P50(entity), P50(hops)).Format("F2")));
    }

    private static void Check(Dictionary<string, List<CallResult>> rounds)
    {
        var scores = rounds.Values.SelectMany(results => results).Select(result => result.Score).ToList();
        if (scores.Max() - scores.Min() > Tolerance) throw new InvalidOperationException($"One entity scored from {scores.Min()} to {scores.Max()} by different ways.");
    }

    private static SideFigures Figures(string mode, List<CallResult> rounds, List<double> servers) => new()
    {
        Row = "twohop",
        Side = mode,
        Rate = Spread.Of(Rates(rounds)),
        ServerCoreMicros = Spread.Of(servers),
        ClientCoreMicros = Spread.Of(rounds.Select(round => round.ClientCoreMicros)),
        P50 = Spread.Of(P50(rounds)),
        P99 = Spread.Of(rounds.Select(round => round.Latency.P99)),
        Failed = rounds.Sum(round => round.Failed),
    };

    /// <summary>Processor time of Redis and the appliance together.</summary>
    private static double ServersSeconds(ServerProcess redis, ServerProcess server) => CpuTimes.Read(redis.Id).Server + CpuTimes.Read(server.Id).Server;

    private static List<double> Rates(List<CallResult> rounds) => [.. rounds.Select(round => round.Rate)];

    private static List<double> P50(List<CallResult> rounds) => [.. rounds.Select(round => round.Latency.P50)];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
