namespace Lake.Objects;

/// <summary>An object of a store as its table has it. Immutable.</summary>
/// <param name="Hash">Its name.</param>
/// <param name="Type">Its media type, like <c>image/png</c>, by its bytes and its file's name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Name">Name of the file that it was put from; null for none.</param>
/// <param name="Origin">Where it came from; null where that was not said.</param>
/// <param name="Tags">Tags by name.</param>
/// <param name="AddedAt">When it was put first.</param>
/// <param name="UnreferencedSince">When a collection first found no row that names it; null while one does, or none has looked.</param>
public sealed record StoredObject(ObjectHash Hash, string Type, long Size, string? Name, string? Origin, IReadOnlyDictionary<string, string> Tags, DateTimeOffset AddedAt, DateTimeOffset? UnreferencedSince);
