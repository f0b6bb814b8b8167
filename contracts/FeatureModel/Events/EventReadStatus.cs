namespace FeatureModel.Events;

/// <summary>What a step of <see cref="EventJsonReader"/> came to.</summary>
public enum EventReadStatus
{
    /// <summary>A record was written.</summary>
    Record,

    /// <summary>The body holds no more events.</summary>
    End,

    /// <summary>The next record does not fit; the same step can be tried again with the room that the reader names.</summary>
    BufferTooSmall,

    /// <summary>The body is refused; the reader says why.</summary>
    Rejected,
}
