using System.Net;
using System.Security.Authentication;
using Appliance.Host.Tests.Grpc;
using Appliance.Host.Tracing;
using Contracts.Otlp;
using TestKit;

namespace Appliance.Host.Tests.Tracing;

/// <summary>What goes to the collector, and what is counted where it does not take it.</summary>
public sealed class TraceExporterTests : IDisposable
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_collector_gets_the_spans_of_what_has_finished_in_one_call()
    {
        File.WriteAllText(_folder["headers"], "# of the collector\nAuthorization: Bearer secret\n\nx-team: risk: a\n");
        var collector = new Collector();
        var (tracing, exporter, logger) = Exporter(collector, new TracingOptions { Endpoint = "http://collector/v1/traces", HeadersFile = _folder["headers"], ServiceName = "scores" });
        await TraceAsync(tracing, 3);
        Assert.Equal(3, await exporter.StepAsync(TestContext.Current.CancellationToken));
        var (request, body) = Assert.Single(collector.Requests);
        Assert.Equal(("http://collector/v1/traces", "application/x-protobuf"), (request.RequestUri!.ToString(), request.Content!.Headers.ContentType!.MediaType));
        Assert.Equal(("Bearer secret", "risk: a"), (request.Headers.GetValues("Authorization").Single(), request.Headers.GetValues("x-team").Single()));
        var sent = Assert.Single(ExportRequest.Parser.ParseFrom(body).ResourceSpans);
        Assert.Equal("scores", sent.Resource.Attributes.Single(a => a.Key == "service.name").Value.Text);
        Assert.Equal(3, Assert.Single(sent.ScopeSpans).Spans.Count(s => s.Kind == Span.Types.Kind.Server));
        Assert.Equal((3L, 0L), (exporter.Exported, exporter.Failed));
        Assert.Equal(0, await exporter.StepAsync(TestContext.Current.CancellationToken));
        Assert.Empty(logger.Lines);
    }

    [Fact]
    public async Task What_a_collector_does_not_take_is_counted_and_said_once_until_it_does()
    {
        var collector = new Collector();
        var (tracing, exporter, logger) = Exporter(collector, new TracingOptions { Endpoint = "http://collector" });
        foreach (var failure in new Func<HttpResponseMessage>[] { () => new(HttpStatusCode.ServiceUnavailable), () => throw new HttpRequestException("no route"), () => throw new TaskCanceledException() })
        {
            collector.Answer = failure;
            await TraceAsync(tracing, 1);
            await exporter.StepAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal((0L, 3L), (exporter.Exported, exporter.Failed));
        Assert.Equal("The collector of traces does not take them: it answered 503. They are dropped until it does.", Assert.Single(logger.Lines).Message);
        collector.Answer = () => new(HttpStatusCode.OK);
        await TraceAsync(tracing, 1);
        await exporter.StepAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1L, 3L), (exporter.Exported, exporter.Failed));
        Assert.Equal("The collector takes traces again.", logger.Lines[1].Message);
    }

    [Fact]
    public void Settings_that_cannot_be_are_refused_with_key_value_and_rule()
    {
        File.WriteAllText(_folder["headers"], "no header\n");
        var options = new TracingOptions { Endpoint = "collector:4318", SampleRatio = 1.5, ServiceName = "", QueueRequests = 0, IntervalMilliseconds = 1, TimeoutMilliseconds = 1, HeadersFile = _folder["headers"] };
        string[] failures = [.. new TracingOptionsValidator().Validate(null, options).Failures!];
        Assert.Equal(7, failures.Length);
        Assert.Contains("Tracing:Endpoint is 'collector:4318'; it must be a whole http or https address, as http://127.0.0.1:4318/v1/traces.", failures);
        Assert.Contains("Tracing:SampleRatio is 1.5; it must be 0 to 1.", failures);
        Assert.Contains("Tracing:QueueRequests is 0; it must be 1 to 1000000.", failures);
        Assert.Contains($"Tracing:HeadersFile is '{_folder["headers"]}'; each of its lines must be a header in ASCII, 'name: value'.", failures);
        Assert.True(new TracingOptionsValidator().Validate(null, new TracingOptions()).Succeeded);
        Assert.True(new TracingOptionsValidator().Validate(null, new TracingOptions { Endpoint = "https://collector:4318/v1/traces" }).Succeeded);
    }

    [Theory]
    [InlineData("authorization: Bearer tok\u00e9n")]
    [InlineData("author ization: token")]
    [InlineData(": token")]
    [InlineData("content-type: token")]
    public void A_header_that_could_not_be_sent_is_refused_at_the_start_without_its_value(string line)
    {
        File.WriteAllText(_folder["headers"], line + "\n");
        Assert.Equal("each of its lines must be a header in ASCII, 'name: value'", TraceHeaders.Problem(_folder["headers"]));
    }

    [Fact]
    public async Task A_handshake_that_fails_is_told_by_its_cause()
    {
        var collector = new Collector();
        collector.Answer = () => throw new HttpRequestException("see inner exception.", new AuthenticationException("see inner exception.", new IOException("The root is not trusted.")));
        var (tracing, exporter, logger) = Exporter(collector, new TracingOptions { Endpoint = "https://collector" });
        await TraceAsync(tracing, 1);
        await exporter.StepAsync(TestContext.Current.CancellationToken);
        Assert.Equal("The collector of traces does not take them: TLS: The root is not trusted. They are dropped until it does.", Assert.Single(logger.Lines).Message);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, 2)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 1)]
    public async Task At_the_end_everything_goes_out_unless_the_collector_does_not_take_it(HttpStatusCode answer, int calls)
    {
        var collector = new Collector { Answer = () => new(answer) };
        // An interval that never passes: nothing is sent before the end.
        var options = new TracingOptions { Endpoint = "http://collector", IntervalMilliseconds = 60_000 };
        var tracing = new RequestTracing(options, TimeProvider.System);
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        using var exporter = new TraceExporter(tracing, options, time, new RecordingLogger<TraceExporter>(), collector);
        await TraceAsync(tracing, 600);
        await exporter.StartAsync(TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => time.ActiveTimers == 1, TimeSpan.FromSeconds(20)));
        await exporter.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(calls, collector.Requests.Count);
    }

    private static (RequestTracing, TraceExporter, RecordingLogger<TraceExporter>) Exporter(Collector collector, TracingOptions options)
    {
        var tracing = new RequestTracing(options, TimeProvider.System);
        var logger = new RecordingLogger<TraceExporter>();
        return (tracing, new TraceExporter(tracing, options, TimeProvider.System, logger, collector), logger);
    }

    private static async Task TraceAsync(RequestTracing tracing, int requests)
    {
        using var rig = new ModelInferRig(tracer: tracing);
        rig.Instance.Open();
        var caller = rig.Connect();
        for (var i = 0; i < requests; i++) await caller.EndAsync(caller.Call(ModelInferRig.Body(), ("traceparent", Parent)));
        rig.AllIsOver();
    }

    private sealed class Collector : HttpMessageHandler
    {
        public Func<HttpResponseMessage> Answer { get; set; } = () => new(HttpStatusCode.OK);

        public List<(HttpRequestMessage Request, byte[] Body)> Requests { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add((request, await request.Content!.ReadAsByteArrayAsync(cancellationToken)));
            return Answer();
        }
    }
}
