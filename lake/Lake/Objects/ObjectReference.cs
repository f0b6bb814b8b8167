using Lake.Catalog;

namespace Lake.Objects;

/// <summary>A column of a table whose texts name objects by their hash.</summary>
/// <param name="Table">The table.</param>
/// <param name="Column">Full name of the string column; it stands in no list or map.</param>
public sealed record ObjectReference(TableName Table, string Column = "hash");
