namespace Lake.Import.Building;

/// <summary>Why a value of an input is none of its column.</summary>
/// <param name="Column">Full name of the column or nested field.</param>
/// <param name="Value">The value as text.</param>
/// <param name="Rule">What it must be.</param>
internal readonly record struct ValueFault(string Column, string? Value, string Rule);
