using Appliance.LoadGen;
using Appliance.LoadGen.Bodies;
using Compare.Clients;
using Compare.Results;
using Compare.Servers;
using Compare.Tables;
using Contracts.Feast;
using FeatureBench.Folders;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Compare.Features.Rows;

/// <summary>GetOnlineFeatures of 50 features of 1 and of 100 entities, against a call that answers as many bytes and does nothing for them.</summary>
internal static class OnlineRow
{
    private const string Path = "/feast.serving.ServingService/GetOnlineFeatures";
    private const double RateToBare = 0.7;
    private const double P99Millis = 5;
    private const double Share = 0.5;

    /// <summary>Neighbouring entities of a request lie that far apart, so that no two share memory.</summary>
    private const int Stride = 9973;

    public static async Task MeasureAsync(FeatureTableOptions options, FeatureWorkload workload, TableReport report)
    {
        using var server = await workload.StartFilledAsync();
        foreach (var entities in (int[])[1, 100])
        {
            var request = Request(entities);
            var bytes = await CheckAsync(server, request, entities);
            var body = workload.Write($"online-{entities}.bin", InferBody.Frame(request));
            using var floor = await workload.StartFloorAsync(bytes);
            var row = $"online-{entities}";
            var bare = new ClosedLoopSide("bare call", floor, H2LoadCall.Grpc(floor.Grpc, body, Path));
            var ours = new ClosedLoopSide("GetOnlineFeatures", server, H2LoadCall.Grpc(server.Grpc, body, Path));
            ClosedLoopSide.Measure(options.Plan, report, row, CallerShape.ThirtyTwo, bare, ours);
            var rate = Spread.Of(ours.Rates);
            report.Lines.Add(TableLines.AtLeast(row, $"GetOnlineFeatures, 50 features of {entities}: rate to that of a bare call of {bytes} bytes",
                $"{Spread.Of(bare.Rates).Format("F0")}/s", PairedRatio.Of(ours.Rates, bare.Rates), RateToBare));
            await MeasureOpenLoopAsync(options, report, row, bare: floor, ours: server, body, rate);
        }
    }

    // Both at the same rate in turns: what the bare call has is what the machine takes.
    private static async Task MeasureOpenLoopAsync(
        FeatureTableOptions options, TableReport report, string row, ServerProcess bare, ServerProcess ours, string body, Spread rate)
    {
        var (bareP99, oursP99) = (new List<double>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (what, server, p99) in ((string, ServerProcess, List<double>)[])[("bare call", bare, bareP99), ("GetOnlineFeatures", ours, oursP99)])
            {
                var open = await OpenLoopAsync(options, server, body, rate.Median);
                report.OpenLoop.Add(new OpenLoopFigures { What = $"{row}, {what}", ClosedLoopRate = rate.Median, Share = Share, Report = open });
                p99.Add(open.Latency.P99 / 1000);
            }
        }
        report.Lines.Add(TableLines.AtMost(row, $"the same at half of its highest rate, {rate.Format("F0")}/s: p99, ms",
            $"bare call at that rate: {Spread.Of(bareP99).Format("F2")} ms", Spread.Of(oursP99), P99Millis));
    }

    private static async Task<Appliance.LoadGen.Reports.LoadReport> OpenLoopAsync(FeatureTableOptions options, ServerProcess server, string body, double highest)
    {
        using var load = OpenLoopLoad.Start(options.Work, "--url", server.Grpc.AbsoluteUri, "--path", Path, "--body", body, "--rate", OpenLoopLoad.Text(highest * Share),
            "--duration", OpenLoopLoad.Text(options.OpenLoopSeconds), "--warmup", OpenLoopLoad.Text(options.Warmup));
        return await load.ReportAsync();
    }

    private static GetOnlineFeaturesRequest Request(int entities)
    {
        var ids = new RepeatedValue { Val = { Enumerable.Range(1, entities).Select(i => new Value { Int64Val = Id(i) }) } };
        return new GetOnlineFeaturesRequest { FeatureService = FeatureDefinitionsText.FiftyService, Entities = { [FeatureDefinitionsText.JoinKey] = ids } };
    }

    /// <summary>The bytes of the answer on the wire, once every value in it has been found right.</summary>
    private static async Task<int> CheckAsync(ServerProcess server, GetOnlineFeaturesRequest request, int entities)
    {
        using var channel = GrpcChannel.ForAddress(server.Grpc);
        var answer = await new ServingService.ServingServiceClient(channel).GetOnlineFeaturesAsync(request);
        for (var feature = 0; feature < FeatureDefinitionsText.Fifty; feature++)
        {
            // The first column is the join key.
            var column = answer.Results[feature + 1];
            for (var i = 0; i < entities; i++)
            {
                if (column.Statuses[i] == FieldStatus.Present && column.Values[i].FloatVal == VectorValues.Of(Id(i + 1), feature)) continue;
                throw new InvalidOperationException($"feature {feature} of entity {Id(i + 1)} is {column.Statuses[i]} {column.Values[i]}; {VectorValues.Of(Id(i + 1), feature)} was stored.");
            }
        }
        return answer.CalculateSize() + 5;
    }

    private static long Id(int place) => (long)place * Stride % 100_000;
}
