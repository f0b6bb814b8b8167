namespace Lake.Import;

/// <summary>How JSON lines become rows. Immutable.</summary>
public sealed record JsonLayout
{
    /// <summary>Whether objects and arrays of columns that are new are kept as they are written, in text columns that hold JSON, instead of as structs, lists and maps.</summary>
    public bool KeepsNestedAsJson { get; init; }

    /// <summary>The text column that takes each line as a whole; null where members of its object are columns.</summary>
    public string? DocumentColumn { get; init; }
}
