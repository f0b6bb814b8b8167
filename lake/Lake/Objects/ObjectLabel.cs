namespace Lake.Objects;

/// <summary>What is said of an object as it is put. Immutable.</summary>
public sealed record ObjectLabel
{
    /// <summary>Name of its file, whose ending helps to tell its type; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>Where it came from: an address, a system, a person; null for nothing.</summary>
    public string? Origin { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}
