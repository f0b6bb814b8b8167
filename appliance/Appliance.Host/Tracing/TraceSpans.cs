using System.Buffers.Binary;
using Appliance.Host.Grpc;
using Appliance.Host.Telemetry;
using Appliance.Inference;
using Contracts.Otlp;
using Google.Protobuf;

namespace Appliance.Host.Tracing;

/// <summary>Makes the spans of a finished trace: the request's own and, where it came so far, one for each phase.</summary>
internal static class TraceSpans
{
    // Bit 8 says that bit 9 means something, bit 9 that the parent is another process's; bit 0 is the sampled flag.
    private const uint Sampled = 0x1, KnowsParent = 0x100, ParentIsRemote = 0x200;

    public static void Add(FinishedTrace trace, ICollection<Span> spans)
    {
        var at = trace.Timings;
        spans.Add(OfRequest(trace));
        if (at.Queued == 0) return;
        var features = at.Queued - at.Features;
        spans.Add(Phase(trace, "decode", at.Received, features));
        // Reading and deriving are timed together, and end where the request is handed over.
        if (at.Features != 0) spans.Add(Phase(trace, "features", features, at.Queued));
        if (at.Taken == 0) return;
        spans.Add(Phase(trace, "queue", at.Queued, at.Taken));
        if (at.OutputReady == 0) return;
        spans.Add(OfInference(trace));
        spans.Add(Phase(trace, "encode", at.OutputReady, trace.EndedTicks));
    }

    private static Span OfRequest(FinishedTrace trace)
    {
        var span = New(trace, trace.Trace.SpanId, trace.Trace.Parent.SpanId, trace.Trace.Call, trace.Timings.Received, trace.EndedTicks);
        span.Kind = Span.Types.Kind.Server;
        span.Flags = Sampled | KnowsParent | (trace.Trace.Parent.SpanId != 0 ? ParentIsRemote : 0);
        var isGrpc = trace.Trace.Call.Contains('.', StringComparison.Ordinal);
        var attributes = span.Attributes;
        attributes.Add(Text("appliance.model.name", trace.Model));
        if (trace.Version.Length > 0) attributes.Add(Text("appliance.model.version", trace.Version));
        if (trace.Rows > 0) attributes.Add(Whole("appliance.request.rows", trace.Rows));
        if (isGrpc)
        {
            attributes.Add(Text("rpc.system.name", "grpc"));
            attributes.Add(Text("rpc.method", trace.Trace.Call));
            attributes.Add(Text("rpc.response.status_code", trace.Status.ToGrpc().ToString()));
        }
        if (trace.Status == ScoreStatus.Ok) return span;
        attributes.Add(Text("error.type", MetricWords.Of(trace.Status)));
        // As OpenTelemetry has it: what a caller did wrong is no error of the server's span.
        var isFault = trace.Status is not (ScoreStatus.InvalidArgument or ScoreStatus.NotFound or ScoreStatus.Cancelled or ScoreStatus.TooLarge or ScoreStatus.Unsupported or ScoreStatus.NotAllowed);
        span.Status = new Status { Code = isFault ? Status.Types.Code.Error : Status.Types.Code.Unset, Message = isFault ? trace.Error ?? "" : "" };
        return span;
    }

    private static Span OfInference(FinishedTrace trace)
    {
        var (at, own) = (trace.Timings, trace.Trace);
        var span = New(trace, own.InferSpanId, own.SpanId, "infer", at.Taken, at.OutputReady);
        span.Kind = Span.Types.Kind.Internal;
        span.Attributes.Add(Whole("appliance.batch.requests", own.BatchRequests));
        span.Attributes.Add(Whole("appliance.batch.rows", own.BatchRows));
        span.Attributes.Add(Text("appliance.batch.close_reason", MetricWords.Of(own.BatchReason)));
        span.Attributes.Add(Whole("appliance.infer.copy_in_ns", Nanoseconds(trace, at.Taken, at.InputReady)));
        span.Attributes.Add(Whole("appliance.infer.run_ns", Nanoseconds(trace, at.InputReady, at.Inferred)));
        span.Attributes.Add(Whole("appliance.infer.copy_out_ns", Nanoseconds(trace, at.Inferred, at.OutputReady)));
        // One call ran for all of a batch: the others' spans point to the first one's.
        if (own.Leader is { } leader) span.Links.Add(new Link { TraceId = TraceId(leader.Parent), SpanId = SpanId(leader.InferSpanId) });
        return span;
    }

    private static Span Phase(FinishedTrace trace, string name, long from, long to)
    {
        var span = New(trace, (ulong)Random.Shared.NextInt64(1, long.MaxValue), trace.Trace.SpanId, name, from, to);
        span.Kind = Span.Types.Kind.Internal;
        return span;
    }

    private static Span New(FinishedTrace trace, ulong id, ulong parent, string name, long from, long to) => new()
    {
        TraceId = TraceId(trace.Trace.Parent),
        SpanId = SpanId(id),
        ParentSpanId = parent == 0 ? ByteString.Empty : SpanId(parent),
        TraceState = trace.Trace.State,
        Name = name,
        StartTimeUnixNano = trace.UnixNanoseconds(from),
        EndTimeUnixNano = trace.UnixNanoseconds(Math.Max(from, to)),
        Flags = Sampled | KnowsParent,
    };

    private static long Nanoseconds(FinishedTrace trace, long from, long to) => (long)(Math.Max(0, to - from) * 1e9 / trace.Frequency);

    private static ByteString TraceId(in TraceParent parent)
    {
        System.Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, parent.TraceHigh);
        BinaryPrimitives.WriteUInt64BigEndian(id[8..], parent.TraceLow);
        return ByteString.CopyFrom(id);
    }

    private static ByteString SpanId(ulong span)
    {
        System.Span<byte> id = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(id, span);
        return ByteString.CopyFrom(id);
    }

    internal static Contracts.Otlp.Attribute Text(string key, string value) => new() { Key = key, Value = new Value { Text = value } };

    private static Contracts.Otlp.Attribute Whole(string key, long value) => new() { Key = key, Value = new Value { Whole = value } };
}
