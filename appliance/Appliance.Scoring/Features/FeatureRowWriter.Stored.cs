// Hot path: one step per feature that the store fills.
using System.Text;
using Appliance.Features.Reading;
using Appliance.Inference.Batching;
using Appliance.Inference;
using Appliance.Scoring.Entities;

namespace Appliance.Scoring.Features;

/// <content>What a request leaves to the store: the rows of all its entities are read at once, when the last of them is there.</content>
public sealed partial class FeatureRowWriter
{
    private readonly EntityRows _entityRows = new();
    private readonly FeatureBlock _block = new();
    private EntityBinding? _service;
    private StoredFeatures? _stored;
    private FeatureOrigin[] _origins = [];
    private bool _explain;

    // Whether any row that was read for the entity in hand is older than its view allows: mostly none is, and no feature need look at its own.
    private bool _isStale;

    /// <summary>The present row's entity.</summary>
    public EntityKeyWriter Entity { get; } = new();

    /// <summary>Starts a request whose rows may name entities.</summary>
    /// <param name="stored">Where their features are.</param>
    /// <param name="explain">Whether the caller asked where values came from; <see cref="Explain"/> then tells.</param>
    public void Begin(FeatureBinding binding, BatchEntry entry, RowPath path, StoredFeatures stored, bool explain)
    {
        Begin(binding, entry, path);
        (_service, _stored, _explain) = (stored.BindingOf(entry.Model!, binding), stored, explain);
        Entity.BeginRequest(_service, entry, path);
    }

    /// <summary>Where the values of a finished request came from, in memory of its own; null where nobody asked.</summary>
    public FeatureExplanation? Explain()
    {
        if (!_explain) return null;
        var cells = _rows * _binding.Features.Length;
        return new FeatureExplanation(_binding, _origins.AsSpan(0, cells), _cells.AsSpan(0, cells), _texts.AsSpan(0, _textBytes));
    }

    private bool KeepToRead()
    {
        if (!_service!.IsReadable) return _refusals.Unreadable(_rows, _binding.Features[FirstMissing()], _service);
        Entity.Keep();
        return true;
    }

    private bool ReadStored()
    {
        var from = _stored!.Timestamp;
        Entity.CopyTo(_entityRows);
        var sampled = BeginSamples();
        if (_stored.Read(_service!, _entityRows, _block) is { } error)
        {
            _entry.Fail(ScoreStatus.InvalidArgument, error);
            return false;
        }
        if (sampled) EndSampledRead();
        for (var kept = 0; kept < Entity.Count; kept++)
        {
            _isStale = HasStaleRow(kept);
            var given = _given.AsSpan(kept * _givenWords, _givenWords);
            for (var feature = 0; feature < _binding.Features.Length; feature++)
            {
                if (!IsSet(given, feature) && !Fill(kept, feature)) return false;
            }
        }
        if (sampled) OfferSamples();
        var took = _stored.Timestamp - from;
        _entry.Timings.Features = Math.Max(1, took);
        _stored.Count(_service!, _block, took);
        return true;
    }

    private bool Fill(int kept, int feature)
    {
        var row = Entity.RowOf(kept);
        var bound = _binding.Features[feature];
        ref var cell = ref _cells[row * _binding.Features.Length + feature];
        var stored = _service!.Stored(feature);
        if (stored is not null)
        {
            var value = _block.Value(stored.Output, kept);
            if (!value.IsNull)
            {
                var outcome = FeatureCell.FromValue(bound, value, out cell);
                if (outcome != CellOutcome.Ok) return _refusals.Stored(row, bound, stored.Reference, value.ToString(), outcome);
                if (bound.Type == FeatureType.String) cell = AddText(value.AsString);
                if (_isStale && IsStale(stored, kept)) _entry.Features.Stale++;
                else _entry.Features.Stored++;
                if (_explain) _origins[row * _binding.Features.Length + feature] = OriginOf(stored.Reads, kept);
                return true;
            }
            if (stored.HasDefault)
            {
                _entry.Features.Defaulted++;
                cell = bound.Type == FeatureType.String ? AddText(stored.DefaultText) : stored.DefaultCell;
                return true;
            }
        }
        if (bound.Required) return _refusals.NotStored(row, bound, WhyNothing(stored, kept));
        cell = bound.DefaultCell;
        _entry.Features.Defaulted++;
        return true;
    }

    private bool HasStaleRow(int kept)
    {
        for (var read = 0; read < _block.Plan.StoredViews; read++)
        {
            if (_block.Stored(read, kept).Status == FeatureStatus.OutsideMaxAge) return true;
        }
        return false;
    }

    private bool IsStale(StoredFeature stored, int kept)
    {
        foreach (var read in stored.Reads)
        {
            if (_block.Stored(read, kept).Status == FeatureStatus.OutsideMaxAge) return true;
        }
        return false;
    }

    private string WhyNothing(StoredFeature? stored, int kept)
    {
        if (stored is null) return $"feature service '{_service!.Service}' does not have it";
        foreach (var read in stored.Reads)
        {
            if (_block.Stored(read, kept).Status == FeatureStatus.NotFound)
            {
                return $"'{stored.Reference}' has no value because feature view '{_service!.Plan!.ViewReads[read].View.Name}' has no row for the entity";
            }
        }
        return $"'{stored.Reference}' is null for the entity";
    }

    // A value is as old, and as stale, as the oldest row that it was made of.
    private FeatureOrigin OriginOf(int[] reads, int kept)
    {
        var (source, eventTime) = (FeatureSource.Stored, 0L);
        foreach (var read in reads)
        {
            ref readonly var row = ref _block.Stored(read, kept);
            if (row.Status == FeatureStatus.OutsideMaxAge) source = FeatureSource.Stale;
            if (row.EventTime != 0 && (eventTime == 0 || row.EventTime < eventTime)) eventTime = row.EventTime;
        }
        return new FeatureOrigin(source, eventTime);
    }

    // Until the row is read, whatever did not come with it is defaulted.
    private void BeginOrigins()
    {
        var end = _rowStart + _binding.Features.Length;
        if (_origins.Length < end) Array.Resize(ref _origins, Math.Max(end, _origins.Length * 2));
        var given = Given;
        for (var i = 0; i < _binding.Features.Length; i++)
        {
            _origins[_rowStart + i] = new FeatureOrigin(IsSet(given, i) ? FeatureSource.Given : FeatureSource.Defaulted, 0);
        }
    }

    private int FirstMissing()
    {
        var given = Given;
        var at = 0;
        while (IsSet(given, at)) at++;
        return at;
    }

    private string EntityHint(int feature)
    {
        if (_service is not { IsReadable: true } || _service.ReferenceOf(feature) is not { } reference) return "";
        var keys = string.Join(" and ", _service.Keys.Select(k => k.Name));
        return $"; an entity with {keys} would have it read from '{reference}'";
    }

    private long AddText(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        Encoding.UTF8.GetBytes(text, TextRoom(bytes));
        var cell = FeatureCell.FromText(_textBytes, bytes);
        _textBytes += bytes;
        return cell;
    }

    private void ResetStored()
    {
        Entity.Reset();
        (_service, _stored) = (null, null);
        if (_origins.Length > KeptCells) _origins = [];
    }
}
