// Hot path: one per request.
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring;
using Appliance.Scoring.Entities;
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

    /// <summary>After Ok: where the values of the rows came from; null where nobody asked.</summary>
    public FeatureExplanation? Explanation { get; private set; }

    /// <summary>After Ok the entry holds its tensors and a lease, and must be submitted; otherwise it holds the error and no lease.</summary>
    /// <param name="headers">The request's, which may say who its caller is and which version is to answer.</param>
    /// <param name="explain">Whether the caller asked, outside the body, where values came from.</param>
    public ScoreStatus Decode(ReadOnlySpan<byte> body, IHeaderDictionary headers, bool explain, BatchEntry entry, PredictPath path)
    {
        var status = _request.Read(body, path.MaxDepth, entry);
        if (status != ScoreStatus.Ok) return status;
        entry.RequestedVersion = _request.Version;
        status = RoutingHeaders.Take(headers, entry);
        if (status != ScoreStatus.Ok) return status;
        if (path.Pipeline.WantsCaller(entry, out var main) && _request.RowCount > 0)
        {
            var keys = main is null ? null : path.Stored.BindingOf(main, FeatureBinding.Of(main));
            PredictCaller.Take(_request.EntityOf(0, body), _request.UserIdOf(0, body), keys, entry);
        }
        status = path.Pipeline.TryAcquire(entry);
        if (status != ScoreStatus.Ok) return status;
        var binding = FeatureBinding.Of(entry.Model!);
        if (binding.Refusal is not null)
        {
            status = entry.Fail(ScoreStatus.InvalidArgument, $"model '{entry.Model!.Name}' cannot be scored by name: {binding.Refusal}");
        }
        else
        {
            var rows = _request.IsArray ? RowPath.Array : RowPath.Single;
            _writer.Begin(binding, entry, rows, path.Stored, explain || _request.Explain);
            status = DecodeRows(body, path.MaxDepth, entry);
        }
        if (status != ScoreStatus.Ok) return path.Pipeline.Abandon(entry, status);
        Explanation = _writer.Explain();
        return status;
    }

    public bool TryReset()
    {
        Explanation = null;
        _request.Reset();
        return _writer.TryReset();
    }

    private ScoreStatus DecodeRows(ReadOnlySpan<byte> body, int maxDepth, BatchEntry entry)
    {
        for (var row = 0; row < _request.RowCount; row++)
        {
            if (!DecodeRow(row, body, maxDepth, entry)) return entry.Status;
        }
        return _writer.Finish();
    }

    private bool DecodeRow(int row, ReadOnlySpan<byte> body, int maxDepth, BatchEntry entry)
    {
        if (!_writer.BeginRow()) return false;
        var features = _request.FeaturesOf(row, body);
        if (!features.IsEmpty && !FeatureJsonReader.ReadFeatures(features, maxDepth, _writer)) return false;
        var entity = _request.EntityOf(row, body);
        if (!entity.IsEmpty)
        {
            if (!EntityJsonReader.ReadEntity(entity, maxDepth, _writer.Entity)) return false;
        }
        else if (!_writer.RowIsComplete)
        {
            // The user is only looked at where something is left to be read: whoever sends every feature may call users what they like.
            var userId = _request.UserIdOf(row, body);
            if (!userId.IsEmpty && !EntityJsonReader.ReadUserId(userId, _writer.Entity)) return false;
        }
        if (features.IsEmpty && !_writer.Entity.HasEntity)
        {
            _request.RefuseWithoutFeatures(row, entry, _writer.Entity.IsOff ? $": {StoredFeatures.OffReason}" : "");
            return false;
        }
        return _writer.EndRow();
    }
}
