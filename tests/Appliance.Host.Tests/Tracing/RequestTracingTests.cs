using Appliance.Host.Tests.Grpc;
using Appliance.Host.Tracing;
using Contracts.Otlp;
using TestKit;

namespace Appliance.Host.Tests.Tracing;

/// <summary>Which requests are traced, and what their spans say.</summary>
public sealed class RequestTracingTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string Unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

    private readonly RequestTracing _tracing = Tracing();

    [Fact]
    public async Task A_sampled_callers_request_has_a_span_and_one_for_each_phase_below_it()
    {
        using var rig = new ModelInferRig(tracer: _tracing);
        rig.Instance.Open();
        var caller = rig.Connect();
        await caller.EndAsync(caller.Call(ModelInferRig.Body(), ("traceparent", Parent), ("tracestate", "vendor=1,other=2")));
        rig.AllIsOver();
        var spans = Spans();
        Assert.Equal(["inference.GRPCInferenceService/ModelInfer", "decode", "queue", "infer", "encode"], spans.Select(s => s.Name));
        Assert.All(spans, s => Assert.Equal(("0AF7651916CD43DD8448EB211C80319C", "vendor=1,other=2"), (Hex(s.TraceId), s.TraceState)));
        var root = spans[0];
        Assert.Equal(("B7AD6B7169203331", Span.Types.Kind.Server, 0x301u), (Hex(root.ParentSpanId), root.Kind, root.Flags));
        Assert.All(spans.Skip(1), s => Assert.Equal((root.SpanId, Span.Types.Kind.Internal), (s.ParentSpanId, s.Kind)));
        Assert.Equal(spans.Count, spans.Select(s => s.SpanId).Distinct().Count());
        // One phase begins where the one before ends; together they are the request.
        Assert.Equal(root.StartTimeUnixNano, spans[1].StartTimeUnixNano);
        Assert.Equal(root.EndTimeUnixNano, spans[^1].EndTimeUnixNano);
        foreach (var (before, after) in spans.Skip(1).Zip(spans.Skip(2))) Assert.Equal(before.EndTimeUnixNano, after.StartTimeUnixNano);
        Assert.Equal("m", Text(root, "appliance.model.name"));
        Assert.Equal("1", Text(root, "appliance.model.version"));
        Assert.Equal("OK", Text(root, "rpc.response.status_code"));
        Assert.Null(root.Status);
        Assert.Equal((1L, 1L), (Whole(spans[3], "appliance.batch.requests"), Whole(spans[3], "appliance.batch.rows")));
    }

    [Fact]
    public async Task Requests_of_one_batch_point_to_the_first_of_them()
    {
        using var rig = new ModelInferRig(tracer: _tracing, gathers: true);
        var caller = rig.Connect();
        var held = await rig.OccupyAsync();
        int[] calls = [.. Enumerable.Range(0, 3).Select(i => caller.Call(ModelInferRig.Body(id: $"{i}"), ("traceparent", Parent)))];
        rig.Instance.Open();
        await held;
        foreach (var call in calls) await caller.EndAsync(call);
        rig.AllIsOver();
        Span[] runs = [.. Spans().Where(s => s.Name == "infer")];
        Assert.All(runs, r => Assert.Equal((3L, 3L), (Whole(r, "appliance.batch.requests"), Whole(r, "appliance.batch.rows"))));
        var first = Assert.Single(runs, r => r.Links.Count == 0);
        Assert.All(runs.Where(r => r != first), r => Assert.Equal((first.TraceId, first.SpanId), (r.Links[0].TraceId, r.Links[0].SpanId)));
    }

    [Fact]
    public async Task A_refused_request_has_its_span_and_the_reason()
    {
        using var rig = new ModelInferRig(tracer: _tracing);
        rig.Instance.Open();
        var caller = rig.Connect();
        var body = FakeCall.Row(1, "a");
        body.ModelName = "unknown";
        await caller.EndAsync(caller.Call(FakeCall.Framed(body), ("traceparent", Parent)));
        var span = Assert.Single(Spans());
        Assert.Equal(("unknown", "NotFound", "not_found"), (Text(span, "appliance.model.name"), Text(span, "rpc.response.status_code"), Text(span, "error.type")));
        // The caller was at fault, not the server.
        Assert.Equal(Status.Types.Code.Unset, span.Status.Code);
    }

    [Theory]
    [InlineData(Unsampled, 1, false)]
    [InlineData(Parent, 0, true)]
    [InlineData(null, 0, false)]
    [InlineData(null, 1, true)]
    [InlineData("nonsense", 1, true)]
    [InlineData("nonsense", 0, false)]
    public async Task A_caller_with_a_trace_decides_and_chance_decides_for_the_others(string? parent, double ratio, bool traced)
    {
        var tracing = Tracing(ratio);
        using var rig = new ModelInferRig(tracer: tracing);
        rig.Instance.Open();
        var caller = rig.Connect();
        await caller.EndAsync(caller.Call(ModelInferRig.Body(), ("traceparent", parent)));
        rig.AllIsOver();
        Assert.Equal(traced ? 1 : 0, tracing.Finished.Count);
        if (!traced || parent == Parent) return;
        // It began the trace itself.
        Assert.True(tracing.Finished.TryRead(out var trace));
        Assert.Equal((0UL, ""), (trace.Trace.Parent.SpanId, trace.Trace.State));
        Assert.NotEqual(new string('0', 32), trace.TraceId);
    }

    [Fact]
    public async Task What_finds_the_queue_full_is_dropped_and_counted_and_its_request_is_answered()
    {
        var tracing = Tracing(queue: 2);
        using var rig = new ModelInferRig(tracer: tracing);
        rig.Instance.Open();
        var caller = rig.Connect();
        for (var i = 0; i < 5; i++) Assert.Equal("0", (await caller.EndAsync(caller.Call(ModelInferRig.Body(), ("traceparent", Parent)))).Status);
        rig.AllIsOver();
        Assert.Equal((2, 3L), (tracing.Finished.Count, tracing.Dropped));
    }

    [Theory]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public async Task A_tracestate_that_is_too_long_is_left_out(int length, bool kept)
    {
        using var rig = new ModelInferRig(tracer: _tracing);
        rig.Instance.Open();
        var caller = rig.Connect();
        var state = "v=" + new string('1', length - 2);
        await caller.EndAsync(caller.Call(ModelInferRig.Body(), ("traceparent", Parent), ("tracestate", state)));
        rig.AllIsOver();
        Assert.Equal(kept ? state : "", Spans()[0].TraceState);
    }

    [Fact]
    public async Task The_phases_histograms_keep_the_trace_of_the_bucket()
    {
        using var rig = new ModelInferRig(tracer: _tracing);
        rig.Instance.Open();
        var caller = rig.Connect();
        await caller.EndAsync(caller.Call(ModelInferRig.Body(), ("traceparent", Parent)));
        rig.AllIsOver();
        var statistics = rig.Model.Statistics;
        foreach (var phase in new[] { statistics.RequestDurations, statistics.QueueDurations, statistics.InputDurations, statistics.InferDurations, statistics.OutputDurations })
        {
            var counts = phase.Counts();
            var bucket = Array.FindIndex(counts, c => c > 0);
            Assert.Equal("0af7651916cd43dd8448eb211c80319c", phase.ExemplarOf(bucket)!.TraceId);
            Assert.All(Enumerable.Range(0, counts.Length).Where(b => b != bucket), b => Assert.Null(phase.ExemplarOf(b)));
        }
    }

    private static RequestTracing Tracing(double ratio = 0, int queue = 100) =>
        new(new TracingOptions { Endpoint = "http://collector", SampleRatio = ratio, QueueRequests = queue }, TimeProvider.System);

    private List<Span> Spans()
    {
        var spans = new List<Span>();
        while (_tracing.Finished.TryRead(out var trace)) TraceSpans.Add(trace, spans);
        return spans;
    }

    private static string Hex(Google.Protobuf.ByteString bytes) => Convert.ToHexString(bytes.Span);

    private static string Text(Span span, string key) => span.Attributes.Single(a => a.Key == key).Value.Text;

    private static long Whole(Span span, string key) => span.Attributes.Single(a => a.Key == key).Value.Whole;
}
