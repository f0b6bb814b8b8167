namespace Lake.Objects;

/// <summary>A reference to what is not there.</summary>
/// <param name="Reference">Whose.</param>
/// <param name="Hash">The text that stands there.</param>
/// <param name="Rows">Rows that have it.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record DanglingReference(ObjectReference Reference, string Hash, long Rows, string Reason);
