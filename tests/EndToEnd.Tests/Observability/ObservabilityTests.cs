using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Contracts.Otlp;
using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Security;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Observability;

/// <summary>The published binary as an operator sees it: scraped by a real Prometheus that evaluates the rules, its traces sent to a collector.</summary>
public sealed partial class ObservabilityTests
{
    private const string Model = "scale", TraceId = "0af7651916cd43dd8448eb211c80319c";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Dashboards = Path.Combine(RepositoryRoot.Path, "perf/dashboards");

    [Fact]
    public async Task Every_metric_of_the_rules_and_dashboards_is_scraped_and_every_expression_is_evaluated()
    {
        using var repository = new TemporaryRepository();
        var features = Directory.CreateTempSubdirectory("features-");
        await using var collector = new TraceCollector();
        repository.AddModel(Model, OnnxModels.Scale(2));
        await using var appliance = await StartAsync(repository, collector, "--features-folder", features.FullName);
        await using var prometheus = await PrometheusServer.StartAsync(appliance.MetricsPort);
        var files = new[] { "appliance.rules.yml", "fleet.json", "p99.json" }.Select(f => File.ReadAllText(Path.Combine(Dashboards, f))).ToList();
        var names = NamesIn(files).Where(n => !n.StartsWith("nv_gpu", StringComparison.Ordinal) && !OnDemand(n)).ToList();
        Assert.True(names.Count > 30, string.Join(", ", names));
        await AreThereAsync(prometheus, names, () => appliance.FactorAsync(Model));
        Assert.Equal("1", Value(Assert.Single(await prometheus.QueryAsync("up{job=\"appliance\"}"))));
        foreach (var expression in files.Skip(1).SelectMany(f => Expressions(JsonDocument.Parse(f).RootElement)))
        {
            await prometheus.QueryAsync(Filled(expression));
        }
        var rules = (await prometheus.GetAsync("/api/v1/rules")).GetProperty("data").GetProperty("groups").EnumerateArray().SelectMany(g => g.GetProperty("rules").EnumerateArray()).ToList();
        Assert.True(rules.Count > 40);
        Assert.All(rules, r => Assert.Equal(("ok", ""), (r.GetProperty("health").GetString(), r.TryGetProperty("lastError", out var error) ? error.GetString() : "")));
        features.Delete(recursive: true);
    }

    [Fact]
    public async Task What_the_dashboards_ask_of_rollouts_shadows_and_security_is_scraped_of_an_appliance_that_has_them()
    {
        await using var secured = await SecuredAppliance.StartAsync();
        secured.Repository.AddVersion(SecuredAppliance.Model, 2, OnnxModels.Scale(3));
        await using var prometheus = await PrometheusServer.StartAsync(
            secured.Process.MetricsPort, "scheme: https", $"tls_config: {{ ca_file: {secured.CaFile} }}", $"authorization: {{ credentials_file: {secured.PathOf("watcher.apikey")} }}");
        var ops = $"x-api-key: {secured.KeyOf("ops")}";
        const string plan = """{"baseline":1,"candidate":2,"steps":[{"shadow":true,"samples":1000000}],"author":"ann","reason":"panels"}""";
        var (status, body) = await secured.CurlAsync(secured.Process.HttpPort, $"/api/models/{SecuredAppliance.Model}/rollout", "-d", plan, "-H", ops);
        Assert.Equal((200, "ops (stated: ann)"), (status, JsonDocument.Parse(body).RootElement.GetProperty("data").GetProperty("author").GetString()));
        // A changed keys file, which is taken.
        Assert.Equal(0, (await secured.CommandAsync("keys", "add", "later", "--role", "read", "--file", secured.KeysFile)).ExitCode);
        const string row = """{"inputs":[{"name":"INPUT0","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}""";
        var names = NamesIn([File.ReadAllText(Path.Combine(Dashboards, "fleet.json"))]).Where(OnDemand).ToList();
        Assert.True(names.Count >= 11, string.Join(", ", names));
        await AreThereAsync(prometheus, names, () => secured.CurlAsync(
            secured.Process.HttpPort, $"/v2/models/{SecuredAppliance.Model}/infer", "-d", row, "-H", $"x-api-key: {secured.KeyOf("shop")}"));
        Assert.InRange(double.Parse(Value(Assert.Single(await prometheus.QueryAsync("(appliance_security_certificate_end_time_seconds - time()) / 86400")))!, CultureInfo.InvariantCulture), 19, 20);
        await Eventually.BecomesTrueAsync(
            async () => (await prometheus.QueryAsync("appliance_traffic_shadow_compared_total{result=\"disagreed\"} > 0")).Count == 1, Patience, "the shadow, which multiplies by another number, disagrees");
    }

    [Fact]
    public async Task A_callers_trace_reaches_the_collector_and_is_an_exemplar_of_the_phases()
    {
        using var repository = new TemporaryRepository();
        await using var collector = new TraceCollector();
        repository.AddModel(Model, OnnxModels.Scale(2));
        await using var appliance = await StartAsync(repository, collector);
        await using var prometheus = await PrometheusServer.StartAsync(appliance.MetricsPort);
        var headers = new Metadata { { "traceparent", $"00-{TraceId}-b7ad6b7169203331-01" }, { "tracestate", "vendor=1" } };
        await appliance.Inference.ModelInferAsync(InferMessages.Raw(Model, TensorValue.OfFloats(OnnxModels.Input, [1, 4], new float[4])), headers, DateTime.UtcNow.AddSeconds(20));
        using var rest = new HttpRequestMessage(HttpMethod.Post, $"/v1/models/{Model}:predict") { Content = new StringContent("""{"instances":[[1,2,3,4]]}""") };
        rest.Headers.Add("traceparent", $"00-{TraceId}-b7ad6b7169203331-01");
        Assert.Equal("""{"predictions":[[2,4,6,8]]}""", await (await appliance.Http.SendAsync(rest)).Content.ReadAsStringAsync());
        await Eventually.BecomesTrueAsync(() => Task.FromResult(collector.Spans.Count(s => s.Kind == Span.Types.Kind.Server) == 2), Patience, "both requests' spans have come");
        var spans = collector.Spans;
        Assert.Equal(["POST /v1/models/{model}:predict", "inference.GRPCInferenceService/ModelInfer"], spans.Where(s => s.Kind == Span.Types.Kind.Server).Select(s => s.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["decode", "encode", "infer", "queue"], spans.Where(s => s.Kind == Span.Types.Kind.Internal).Select(s => s.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(spans, s => Assert.Equal(TraceId, Convert.ToHexStringLower(s.TraceId.Span)));
        await Eventually.BecomesTrueAsync(
            async () => (await prometheus.QueryAsync("nv_inference_request_success")).Count > 0
                && (await prometheus.GetAsync("/api/v1/query_exemplars?query=nv_inference_request_duration_histogram_us_bucket&start=0&end=99999999999")).ToString().Contains(TraceId, StringComparison.Ordinal),
            Patience, "the exemplar is scraped");
    }

    // Families that are on the page once there is something to say.
    private static bool OnDemand(string name) => name.StartsWith("appliance_traffic_", StringComparison.Ordinal)
        || name.StartsWith("appliance_rollout_", StringComparison.Ordinal) || name.StartsWith("appliance_security_", StringComparison.Ordinal);

    private static IEnumerable<string> NamesIn(IEnumerable<string> files) => files.SelectMany(f => MetricPattern().Matches(f)).Select(m => m.Value).Distinct().Order();

    private static async Task AreThereAsync(PrometheusServer prometheus, List<string> missing, Func<Task> ask) => await Eventually.BecomesTrueAsync(
        async () =>
        {
            await ask();
            var still = new List<string>();
            foreach (var name in missing)
            {
                if ((await prometheus.QueryAsync(name)).Count == 0) still.Add(name);
            }
            missing = still;
            return missing.Count == 0;
        },
        Patience, () => $"every metric is scraped or recorded; missing: {string.Join(", ", missing)}");

    private static Task<ApplianceProcess> StartAsync(TemporaryRepository repository, TraceCollector collector, params string[] more) => ApplianceProcess.StartAsync(
        new ApplianceSettings { Repository = repository.Path, Flags = ["--trace-endpoint", collector.Endpoint, "--trace-sample-ratio", "0", .. more] });

    private static string Filled(string expression) => expression.Replace("$__rate_interval", "1m").Replace("$__interval", "1m").Replace("$job", "appliance").Replace("$instance", ".*").Replace("$model", ".*");

    private static string? Value(JsonElement sample) => sample.GetProperty("value")[1].GetString();

    private static IEnumerable<string> Expressions(JsonElement board) => board.GetProperty("panels").EnumerateArray().SelectMany(p => p.GetProperty("targets").EnumerateArray())
        .Concat(board.GetProperty("annotations").GetProperty("list").EnumerateArray()).Select(t => t.GetProperty("expr").GetString()!);

    [GeneratedRegex(@"(?<![a-z_-])(?:(?:appliance|nv|process)_[a-z0-9_]+(?=[\{\[ )]|\\n|""|$)|slo:[a-z0-9_]+:[a-z0-9_]+)", RegexOptions.Multiline)]
    private static partial Regex MetricPattern();
}
