namespace Lake.Commit;

/// <summary>A change was surely not made: storage or catalog failed before the catalog was asked for the swap, or rolled it back. Trying again is safe.</summary>
public sealed class CommitNotMadeException(string message, Exception? inner = null) : IOException(message, inner);
