namespace FeatureModel.Windows;

/// <summary>
/// One event as a plan sees it: fields by their index in <see cref="WindowPlan.Fields"/>, filters by theirs in <see cref="WindowPlan.Filters"/>.
/// A member is asked once for each track that needs it, so an answer is looked up, not computed. Fields that are null or absent answer false.
/// </summary>
public interface IWindowEvent
{
    /// <summary>When it happened, in microseconds since 1970; from year 1 to 9999, which its source checks.</summary>
    long EventMicros { get; }

    /// <summary>
    /// When it was read, in microseconds since 1970; <see cref="long.MaxValue"/> where that is unknown, as in history. An event from the future
    /// makes others old only up to this moment.
    /// </summary>
    long IngestMicros { get; }

    /// <summary>Settles events of one time: the greater came later. Numbers of history are lower than those of the stream that goes on after it.</summary>
    long ArrivalOrder { get; }

    bool TryGetNumber(int field, out double value);

    bool TryGetInteger(int field, out long value);

    /// <param name="hash"><see cref="DistinctHash.OfText"/> of the field's UTF-8 bytes.</param>
    bool TryGetTextHash(int field, out ulong hash);

    bool Matches(int filter);
}
