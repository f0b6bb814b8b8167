using Appliance.Scoring.Features;

namespace Appliance.Scoring.Entities;

/// <summary>Where every feature of a request's rows came from, for a caller who asked. Immutable; made for that request alone.</summary>
public sealed class FeatureExplanation
{
    private readonly FeatureBinding _binding;
    private readonly FeatureOrigin[] _origins;
    private readonly long[] _cells;
    private readonly byte[] _texts;

    internal FeatureExplanation(FeatureBinding binding, ReadOnlySpan<FeatureOrigin> origins, ReadOnlySpan<long> cells, ReadOnlySpan<byte> texts)
    {
        _binding = binding;
        _origins = origins.ToArray();
        _cells = cells.ToArray();
        _texts = texts.ToArray();
    }

    /// <summary>The features, in the order of their index.</summary>
    public BoundFeature[] Features => _binding.Features;

    public ExplainedFeature Of(int row, int feature)
    {
        var at = row * Features.Length + feature;
        var bound = Features[feature];
        var isText = bound.Type == FeatureType.String;
        return new ExplainedFeature
        {
            Source = _origins[at].Source,
            EventTime = _origins[at].EventTime,
            Type = bound.Type,
            Number = bound.Type == FeatureType.Double ? BitConverter.Int64BitsToDouble(_cells[at]) : 0,
            Integer = isText ? 0 : FeatureCell.IntegerOf(_cells[at], bound),
            Text = isText ? FeatureCell.TextOf(_cells[at], bound, _texts) : default,
        };
    }
}
