namespace Lake.Import;

/// <summary>An import stops, and what it staged is of no use to a later run: too many rows are bad, or a file that is staged in part must change. Told to callers as an <see cref="ImportException"/>.</summary>
internal sealed class ImportGivenUpException(string message, Exception? inner = null) : Exception(message, inner);
