namespace Lake.Import;

/// <summary>An import stops because of its bad rows; told to callers as an <see cref="ImportException"/>.</summary>
internal sealed class TooManyBadRowsException(string message) : Exception(message);
