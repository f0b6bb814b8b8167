namespace Lake.Commit;

/// <summary>A change cannot be made because another one came first and touched what it rests on. The message says what; reading the table anew and trying again is safe.</summary>
public sealed class CommitConflictException(string message) : Exception(message);
