using FeatureModel.Values;

namespace FeatureModel.PointInTime;

/// <summary>One event, or pushed row, of an entity's history. Immutable.</summary>
/// <param name="type">What happened.</param>
/// <param name="fields">Values of the source's fields, in the order of the definition that it was read by; copied.</param>
public sealed class HistoryEvent(string type, ReadOnlySpan<FeatureValue> fields)
{
    // As filters name them: the type, then the fields.
    private readonly FeatureValue[] _slots = [FeatureValue.Of(type), .. fields];

    /// <summary>Where it stands in its stream: says what was known when, and which of two arrived later.</summary>
    public required long Position { get; init; }

    /// <summary>Whether its fields are a row's columns.</summary>
    public required bool IsRow { get; init; }

    /// <summary>Whether it was brought in after the stream had gone on: of events of one moment, those come first.</summary>
    public bool IsBackfilled { get; init; }

    /// <summary>When it happened, microseconds since 1970.</summary>
    public required long EventTime { get; init; }

    /// <summary>When its row was made, or read where nobody said; settles equal event times.</summary>
    public required long CreatedTime { get; init; }

    /// <summary>When it was read; <see cref="long.MaxValue"/> where that is unknown, as in files.</summary>
    public required long IngestTime { get; init; }

    public ReadOnlySpan<FeatureValue> Fields => _slots.AsSpan(1);

    /// <summary>The moment that it makes others old by: a clock that runs ahead counts up to when the event was read.</summary>
    public long NotBefore => Math.Min(EventTime, IngestTime);

    /// <summary>What filters over the source's events see (<see cref="ExpressionScopes.OfEvents"/>).</summary>
    internal ReadOnlySpan<FeatureValue> Slots => _slots;
}
