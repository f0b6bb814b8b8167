namespace Lake.Expressions;

/// <summary>A filter does not fit a table: the message names column, value and rule.</summary>
public sealed class FilterException(string message) : Exception(message);
