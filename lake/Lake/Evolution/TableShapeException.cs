namespace Lake.Evolution;

/// <summary>A change of a table's columns, partitions, order or names is not allowed. The message names what, and the rule.</summary>
public sealed class TableShapeException(string message) : Exception(message);
