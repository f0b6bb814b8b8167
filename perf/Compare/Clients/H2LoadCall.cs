namespace Compare.Clients;

/// <summary>What a closed-loop run sends.</summary>
internal sealed record H2LoadCall(Uri Url, string BodyFile, IReadOnlyList<string> Headers, bool IsHttp1)
{
    public static H2LoadCall Grpc(Uri server, string bodyFile, string path = "/inference.GRPCInferenceService/ModelInfer") => new(
        new Uri(server, path), bodyFile, ["content-type: application/grpc", "te: trailers"], IsHttp1: false);

    public static H2LoadCall Json(Uri server, string path, string bodyFile) => new(new Uri(server, path), bodyFile, ["content-type: application/json"], IsHttp1: true);

    public IEnumerable<string> Arguments(CallerShape shape, double seconds, string? log)
    {
        string[] load = ["-c", $"{shape.Connections}", "-m", $"{shape.Streams}", "-t", $"{shape.Threads}", "-D", FormattableString.Invariant($"{seconds * 1000:F0}ms")];
        return load
            .Concat(IsHttp1 ? ["--h1"] : [])
            .Concat(log is null ? [] : [$"--log-file={log}"])
            .Concat(Headers.SelectMany(header => new[] { "-H", header }))
            .Concat(["-d", BodyFile, Url.AbsoluteUri]);
    }
}
