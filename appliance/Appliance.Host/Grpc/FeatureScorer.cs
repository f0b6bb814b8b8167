// Hot path: once per request, on a call of its own or on a stream.
using System.Runtime.CompilerServices;
using System.Text;
using Appliance.Host.Rest;
using Appliance.Host.Tracing;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Features;
using Appliance.Scoring.Traffic;
using Contracts.Scoring;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Grpc;

/// <summary>Takes one request of the scoring service through the pipeline. Thread-safe.</summary>
internal sealed class FeatureScorer(ScoringPipeline pipeline, StoredFeatures stored, TimeProvider time)
{
    /// <summary>Characters in a model's name at most: a file system's limit, as the name is a folder's.</summary>
    private const int MaxModelName = 255;

    private readonly ObjectPool<FeatureRowDecoder> _decoders = ObjectPool.Create<FeatureRowDecoder>();

    /// <param name="headers">The call's, which may say who its caller is and which version is to answer.</param>
    /// <param name="deadline">In timestamp units.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ScoreAnswer> ScoreAsync(ScoreRequest request, IHeaderDictionary headers, long deadline, CancellationToken cancellation)
    {
        var requestId = request.RequestId.Length > 0 ? request.RequestId : RequestIds.Next();
        var response = new ScoreResponse { Model = request.Model, RequestId = requestId };
        if (!pipeline.TryRent(out var entry))
        {
            return new ScoreAnswer(ScoreStatus.Overloaded, response, ScoringPipeline.OverloadedMessage, null, default);
        }
        try
        {
            pipeline.Trace(entry, headers, "appliance.scoring.v1.Scoring/Score");
            entry.Deadline = deadline;
            var status = Decode(request, headers, entry, out var explanation);
            if (status == ScoreStatus.Ok) status = await pipeline.SubmitAsync(entry, cancellation);
            if (status != ScoreStatus.Ok)
            {
                return new ScoreAnswer(status, response, OutcomeMessages.Of(entry, status), entry.ErrorField, default, entry.RetryAfterMs);
            }
            ScoreResponseEncoder.Encode(entry, explanation, response);
            return new ScoreAnswer(status, response, "", null, PhaseTimings.Of(entry.Timings, time.GetTimestamp(), time.TimestampFrequency));
        }
        finally
        {
            pipeline.Return(entry);
        }
    }

    private ScoreStatus Decode(ScoreRequest request, IHeaderDictionary headers, BatchEntry entry, out FeatureExplanation? explanation)
    {
        explanation = null;
        if (!CheckHead(request, entry)) return ScoreStatus.InvalidArgument;
        entry.ModelName = Encoding.UTF8.GetBytes(request.Model);
        entry.RequestedVersion = request.Version;
        var status = RoutingHeaders.Take(headers, entry);
        if (status == ScoreStatus.Ok && pipeline.WantsCaller(entry, out var main)) status = TakeCaller(request, main, entry);
        if (status == ScoreStatus.Ok) status = pipeline.TryAcquire(entry);
        if (status != ScoreStatus.Ok) return status;
        var binding = FeatureBinding.Of(entry.Model!);
        status = binding.Refusal is null
            ? DecodeRows(request, binding, entry, out explanation)
            : entry.Fail(ScoreStatus.InvalidArgument, $"model '{entry.Model!.Name}' cannot be scored by name: {binding.Refusal}", "model");
        return status == ScoreStatus.Ok ? status : pipeline.Abandon(entry, status);
    }

    private ScoreStatus TakeCaller(ScoreRequest request, ServingModel? main, BatchEntry entry)
    {
        if (request.CallerKey.Length == 0)
        {
            var keys = main is null ? null : stored.BindingOf(main, FeatureBinding.Of(main));
            if (request.Rows.Count > 0) RowCaller.Take(request.Rows[0], keys, entry);
            return ScoreStatus.Ok;
        }
        return CallerKey.TrySet(entry, request.CallerKey)
            ? ScoreStatus.Ok
            : entry.Fail(ScoreStatus.InvalidArgument, $"caller_key is longer than the {CallerKey.MaxBytes} bytes that it may have", "caller_key");
    }

    private static bool CheckHead(ScoreRequest request, BatchEntry entry)
    {
        if (request.Model.Length is 0 or > MaxModelName)
        {
            entry.Fail(ScoreStatus.InvalidArgument, $"model is {request.Model.Length} characters long; it must be 1 to {MaxModelName}", "model");
        }
        else if (request.Version < 0)
        {
            entry.Fail(
                ScoreStatus.InvalidArgument,
                $"version is {request.Version}; it must be a whole number from 1, or 0 for the one that is routed to",
                "version");
        }
        else if (request.RequestId.Length > RequestIds.MaxLength)
        {
            entry.Fail(
                ScoreStatus.InvalidArgument,
                $"request_id is {request.RequestId.Length} characters long; it must be at most {RequestIds.MaxLength}",
                "request_id");
        }
        return entry.Status == ScoreStatus.Ok;
    }

    private ScoreStatus DecodeRows(ScoreRequest request, FeatureBinding binding, BatchEntry entry, out FeatureExplanation? explanation)
    {
        var decoder = _decoders.Get();
        var status = decoder.Decode(request, binding, entry, stored);
        explanation = status == ScoreStatus.Ok ? decoder.Explain() : null;
        _decoders.Return(decoder);
        return status;
    }
}
