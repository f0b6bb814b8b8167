// Hot path: POST /v2/models/{model}/infer, from the body's bytes to the answer's.
using System.Globalization;
using Appliance.Host.Rest.Features;
using Appliance.Host.Rest.Transport;
using Appliance.Host.Tracing;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring;

namespace Appliance.Host.Rest.V2;

/// <summary>Inference over HTTP: JSON, JSON with binary tensors behind it, or one raw tensor.</summary>
internal sealed class InferEndpoint(ScoringPipeline pipeline, BodyLimit limit)
{
    /// <summary>Bytes of the JSON in front of the binary tensors; 0 for a body that is one raw tensor. On requests and on answers.</summary>
    public const string HeaderLength = "Inference-Header-Content-Length";

    public async Task HandleAsync(HttpContext context)
    {
        var exchange = InferExchange.Rent();
        try
        {
            var read = await exchange.Body.ReadAsync(context, limit);
            if (read != ScoreStatus.Ok) await V2Error.SendAsync(context, read, exchange.Body.Error);
            else if (!pipeline.TryRent(out var entry)) await V2Error.SendAsync(context, ScoreStatus.Overloaded, ScoringPipeline.OverloadedMessage);
            else await ScoreAsync(context, exchange, entry);
        }
        finally
        {
            InferExchange.Return(exchange);
        }
    }

    private async Task ScoreAsync(HttpContext context, InferExchange exchange, BatchEntry entry)
    {
        try
        {
            pipeline.Trace(entry, context.Request.Headers, "POST /v2/models/{model}/infer");
            var submitted = Submit(context, exchange, entry);
            ScoreStatus status;
            if (submitted.IsCompleted)
            {
                status = await submitted;
            }
            else
            {
                // Disposing waits for a cancellation that is under way, so none touches the entry once it is back in the pool.
                using var registration = context.RequestAborted.UnsafeRegister(static e => Cancel((BatchEntry)e!), entry);
                status = await submitted;
            }
            if (status == ScoreStatus.Ok && entry.WantsClasses) TopClasses.Apply(entry);
            if (status != ScoreStatus.Ok) await RefuseAsync(context, entry, status);
            else if (TransportThread.IsLongBody(entry.ResultBytes)) await ArrivalThread.ElsewhereAsync(context, c => InferAnswer.SendAsync(c, entry, exchange.BinaryByDefault));
            else await InferAnswer.SendAsync(context, entry, exchange.BinaryByDefault);
        }
        finally
        {
            pipeline.Return(entry);
        }
    }

    private static Task RefuseAsync(HttpContext context, BatchEntry entry, ScoreStatus status)
    {
        RetryHint.WriteTo(context.Response.Headers, entry.RetryAfterMs);
        return V2Error.SendAsync(context, status, entry.Error);
    }

    private ValueTask<ScoreStatus> Submit(HttpContext context, InferExchange exchange, BatchEntry entry)
    {
        var addressed = ModelAddress.Read(context, out var address, out var error);
        if (addressed != ScoreStatus.Ok) return new ValueTask<ScoreStatus>(entry.Fail(addressed, error));
        entry.ModelName = exchange.NameBytes(address.Name);
        entry.RequestedVersion = address.Version;
        var routed = RoutingHeaders.Take(context.Request.Headers, entry);
        if (routed != ScoreStatus.Ok) return new ValueTask<ScoreStatus>(routed);
        if (pipeline.WantsCaller(entry, out _)) BodyCaller.Find(exchange.Body.Bytes.Span, HeaderLengthOf(context, exchange), entry);
        var timed = RequestDeadline.Apply(context.Request, entry, pipeline.TimestampFrequency);
        if (timed != ScoreStatus.Ok) return new ValueTask<ScoreStatus>(timed);
        var acquired = pipeline.TryAcquire(entry);
        if (acquired != ScoreStatus.Ok) return new ValueTask<ScoreStatus>(acquired);
        var decoded = Decode(context, exchange, entry);
        return decoded == ScoreStatus.Ok ? pipeline.SubmitAsync(entry) : new ValueTask<ScoreStatus>(pipeline.Abandon(entry, decoded));
    }

    private static ScoreStatus Decode(HttpContext context, InferExchange exchange, BatchEntry entry)
    {
        var body = exchange.Body.Bytes;
        var header = context.Request.Headers[HeaderLength];
        if (header.Count == 0)
        {
            var plain = JsonInferDecoder.Decode(entry, body, body.Length, out var binaryOutputs);
            exchange.BinaryByDefault = binaryOutputs;
            return plain;
        }
        if (!int.TryParse(header.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var jsonLength) || jsonLength > body.Length)
        {
            return entry.Fail(ScoreStatus.InvalidArgument,
                $"header {HeaderLength} is '{header}'; it must be a whole number up to the body's {body.Length} bytes");
        }
        if (jsonLength == 0)
        {
            exchange.BinaryByDefault = true;
            return RawInferDecoder.Decode(entry, body);
        }
        var decoded = JsonInferDecoder.Decode(entry, body, jsonLength, out var binaryByDefault);
        exchange.BinaryByDefault = binaryByDefault;
        return decoded;
    }

    // How much of the body is JSON; a header that is wrong is told of when the body is read.
    private static int HeaderLengthOf(HttpContext context, InferExchange exchange)
    {
        var header = context.Request.Headers[HeaderLength];
        if (header.Count == 0) return exchange.Body.Length;
        return int.TryParse(header.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? Math.Min(length, exchange.Body.Length) : 0;
    }

    private static void Cancel(BatchEntry entry) => entry.Model!.Batcher.TryCancel(entry);
}
