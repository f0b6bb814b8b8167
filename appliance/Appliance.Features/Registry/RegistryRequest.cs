namespace Appliance.Features.Registry;

/// <summary>Who changes the registry, why, and starting from what.</summary>
/// <param name="Author">A person or a system; not empty.</param>
/// <param name="Reason">One line for those who ask later; not empty.</param>
public sealed record RegistryRequest(string Author, string Reason)
{
    /// <summary>Characters of an author.</summary>
    public const int MaxAuthor = 128;

    /// <summary>Characters of a reason.</summary>
    public const int MaxReason = 4_000;

    /// <summary>The revision that the caller saw; another one is refused as a conflict. Null: whatever it is now.</summary>
    public long? ExpectedRevision { get; init; }
}
