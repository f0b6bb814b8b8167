namespace Appliance.Features.Ingest;

/// <summary>Why an event went to the dead letters: a closed set, used as a metric's tag.</summary>
public enum RefusalReason : byte
{
    /// <summary>The bytes are no event.</summary>
    Malformed,

    /// <summary>No source of that name is declared.</summary>
    UnknownSource,

    /// <summary>The entity has no join key that a view of the source needs, or one of another type.</summary>
    WrongEntity,

    /// <summary>A field is not of the type that the source declares.</summary>
    WrongField,

    /// <summary>It happened longer before the newest event of its partition than the source's lateness allows.</summary>
    Late,

    /// <summary>It claims to have happened, or to have been made, later than it was read, by more than clocks may differ.</summary>
    Future,

    /// <summary>Its row or key is larger than the store takes.</summary>
    TooLarge,

    /// <summary>The source takes no events of its type: rows alone, or all but rows.</summary>
    WrongType,
}
