namespace Lake.Commit;

/// <summary>The catalog did not answer: the commit may have been made or not. Reading the table anew tells; nothing was deleted.</summary>
public sealed class CommitStateUnknownException(string message, Exception inner) : Exception(message, inner);
