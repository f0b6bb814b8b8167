using Compare.Clients;
using Compare.Results;
using Compare.Servers;
using Compare.Tables;

namespace Compare.Serving.Rows;

/// <summary>JSON over HTTP/1.1, against what a team would write: fastify and onnxruntime-node on every core, the same body and the same answer.</summary>
internal static class RestRow
{
    private const double ToReach = 2;
    private const string Path = "/v2/models/mlp/infer";

    /// <summary>HTTP/1.1 has one call at a time on a connection.</summary>
    public static CallerShape Shape { get; } = new(32, 1, 1);

    public static async Task MeasureAsync(ServingOptions options, ServingWorkload workload, TableReport report)
    {
        using var node = await ServerProcess.StartPeerAsync(options.Node, port =>
        [
            System.IO.Path.GetFullPath(System.IO.Path.Combine(options.NodePeer, "server.mjs")),
            System.IO.Path.GetFullPath(workload.Repository.GraphPath(ServingWorkload.Mlp, 1)), $"{port}", $"{Environment.ProcessorCount}",
        ], System.IO.Path.Combine(options.Work, "node.log"));
        using var server = await workload.StartApplianceAsync(options.Appliance);
        // The peer listens on the port that others have for gRPC.
        var peer = new ClosedLoopSide("fastify + onnxruntime-node, cluster", node, H2LoadCall.Json(node.Grpc, Path, workload.Json));
        var ours = new ClosedLoopSide("appliance, REST", server, H2LoadCall.Json(server.Http, Path, workload.Json));
        await CheckAsync(peer, ours, workload);
        ClosedLoopSide.Measure(options.Plan, report, "rest", Shape, peer, ours);
        report.Lines.Add(TableLines.AtLeast("rest", "REST JSON, 32 callers: rate to Node's", $"{Spread.Of(peer.Rates).Format("F0")}/s", PairedRatio.Of(ours.Rates, peer.Rates), ToReach));
        if (options.Kibae is { } kibae) await KibaeRow.MeasureAsync(options, workload, report, kibae, ours);
    }

    private static async Task CheckAsync(ClosedLoopSide peer, ClosedLoopSide ours, ServingWorkload workload)
    {
        var (theirs, mine) = (await ScoreAsync(peer.Call.Url, workload), await ScoreAsync(ours.Call.Url, workload));
        if (Math.Abs(theirs - mine) > 1e-5) throw new InvalidOperationException($"Node's server scored {theirs}, the appliance {mine}.");
    }

    private static async Task<double> ScoreAsync(Uri url, ServingWorkload workload)
    {
        using var body = new ByteArrayContent(await File.ReadAllBytesAsync(workload.Json)) { Headers = { ContentType = new("application/json") } };
        using var reply = await ApplianceApi.Http.PostAsync(url, body);
        reply.EnsureSuccessStatusCode();
        using var answer = System.Text.Json.JsonDocument.Parse(await reply.Content.ReadAsByteArrayAsync());
        return answer.RootElement.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble();
    }
}
