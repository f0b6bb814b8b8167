using Compare.Clients;
using Compare.Results;
using Compare.Servers;

namespace Compare.Rows;

/// <summary>Latencies at a share of the highest closed-loop rate, in an open loop with Poisson arrivals.</summary>
internal sealed class OpenLoopRows(CompareOptions options, Workload workload)
{
    // Over REST a quarter: the generator takes a core whole, and at half of the rate a small delay grows without end.
    private const double GrpcShare = 0.5, RestShare = 0.25;
    private const string BusinessModel = "koc-potential";
    private const string BusinessBody = """{"userId":12345,"features":{"consumption_amount":500,"share_count":10,"social_interaction_score":0.8}}""";

    public async Task<OpenLoopFigures> GrpcAsync(ServerProcess server, double closedLoopRate) =>
        await MeasureAsync("ModelInfer", closedLoopRate, GrpcShare, "--url", server.Grpc.AbsoluteUri, "--protocol", "grpc", "--body", workload.FrameFile);

    public async Task<OpenLoopFigures> RestAsync(ServerProcess server) =>
        await RestAsync("REST infer", server, $"/v2/models/{Workload.Model}/infer", workload.JsonFile);

    public static bool HasBusinessModel(CompareOptions options) => Directory.Exists(Path.Combine(options.Models, BusinessModel));

    /// <summary>The business call of a starter model, on an appliance of its own.</summary>
    public async Task<OpenLoopFigures> BusinessAsync()
    {
        var body = Path.GetFullPath(Path.Combine(options.Work, "business.json"));
        await File.WriteAllTextAsync(body, BusinessBody);
        using var server = await ServerProcess.StartApplianceAsync(options.Appliance, Path.GetFullPath(options.Models), options.Work);
        return await RestAsync("REST business", server, $"/api/predict/{BusinessModel}", body);
    }

    private async Task<OpenLoopFigures> RestAsync(string what, ServerProcess server, string path, string body)
    {
        var call = H2LoadCall.Json(server.Http, path, body);
        // HTTP/1.1 carries one request a connection: 32 callers are 32 connections.
        var shape = new CallerShape(Connections: 32, Streams: 1, Threads: 1);
        H2Load.WarmUp(call, shape, options.Warmup);
        var highest = Spread.Of(Enumerable.Range(0, options.Rounds).Select(_ => H2Load.MeasureRate(server, call, shape, options.Seconds).Rate)).Median;
        return await MeasureAsync(what, highest, RestShare, "--url", server.Http.AbsoluteUri, "--protocol", "rest", "--path", path, "--body", body, "--connections", "32");
    }

    private async Task<OpenLoopFigures> MeasureAsync(string what, double closedLoopRate, double share, params string[] arguments)
    {
        using var load = OpenLoopLoad.Start(options.Work,
            [.. arguments, "--rate", OpenLoopLoad.Text(closedLoopRate * share), "--duration", OpenLoopLoad.Text(options.OpenLoopSeconds), "--warmup", OpenLoopLoad.Text(options.Warmup)]);
        return new OpenLoopFigures { What = what, ClosedLoopRate = closedLoopRate, Share = share, Report = await load.ReportAsync() };
    }
}
