// Hot path: one per request.
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring;
using Appliance.Scoring.Features;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Business;

/// <summary>Turns a request's body into the tensors of an entry. Pooled; not thread-safe; holds nothing of the body afterwards.</summary>
internal sealed class PredictDecoder : IResettable
{
    private readonly PredictRequestReader _request = new();
    private readonly FeatureRowWriter _writer = new();

    /// <summary>Whether the request was an array, so that the answer is one too.</summary>
    public bool IsArray => _request.IsArray;

    /// <summary>The id in the body, if it had one.</summary>
    public string? RequestId => _request.RequestId;

    /// <summary>After Ok the entry holds its tensors and a lease, and must be submitted; otherwise it holds the error and no lease.</summary>
    public ScoreStatus Decode(ReadOnlySpan<byte> body, int maxDepth, BatchEntry entry, ScoringPipeline pipeline)
    {
        var status = _request.Read(body, maxDepth, entry);
        if (status != ScoreStatus.Ok) return status;
        entry.RequestedVersion = _request.Version;
        status = pipeline.TryAcquire(entry);
        if (status != ScoreStatus.Ok) return status;
        var binding = FeatureBinding.Of(entry.Model!);
        status = binding.Refusal is null
            ? DecodeRows(body, maxDepth, entry, binding)
            : entry.Fail(ScoreStatus.InvalidArgument, $"model '{entry.Model!.Name}' cannot be scored by name: {binding.Refusal}");
        return status == ScoreStatus.Ok ? status : pipeline.Abandon(entry, status);
    }

    public bool TryReset()
    {
        _request.Reset();
        return _writer.TryReset();
    }

    private ScoreStatus DecodeRows(ReadOnlySpan<byte> body, int maxDepth, BatchEntry entry, FeatureBinding binding)
    {
        _writer.Begin(binding, entry, _request.IsArray ? RowPath.Array : RowPath.Single);
        for (var row = 0; row < _request.RowCount; row++)
        {
            if (!FeatureJsonReader.ReadRow(_request.FeaturesOf(row, body), maxDepth, _writer)) return ScoreStatus.InvalidArgument;
        }
        return _writer.Finish();
    }
}
