namespace Lake.Import.Building;

/// <summary>Why a value of an input is none of its column.</summary>
/// <param name="Column">Full name of the column or nested field.</param>
/// <param name="Value">The value as text.</param>
/// <param name="Rule">What it must be.</param>
/// <param name="Special">What is wrong, where it is neither that the value is null nor that it is none of the column.</param>
internal readonly record struct ValueFault(string Column, string? Value, string Rule, string? Special = null)
{
    /// <summary>What is wrong.</summary>
    public string Reason => Special ?? (Value is null ? "the value is null" : "the value is none of the column");

    /// <summary>An object has a key twice: readers differ in which of the values counts.</summary>
    public static ValueFault Twice(string column, string value) => new(column, value, "a key that stands once in its object", "the key stands twice in its object");
}
