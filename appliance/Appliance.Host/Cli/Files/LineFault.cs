namespace Appliance.Host.Cli.Files;

/// <summary>What is wrong with a line of a file. Immutable.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">The column or member; null for the line as a whole.</param>
/// <param name="Value">What stood there; null where it says nothing.</param>
/// <param name="Rule">What must hold, as "it must be int64".</param>
internal sealed record LineFault(string File, int Line, string? Column, string? Value, string Rule)
{
    private const int ShownChars = 60;

    /// <summary>File, line, column, value and rule in one sentence.</summary>
    public override string ToString()
    {
        var value = Value is { Length: > ShownChars } ? $"{Value[..ShownChars]}…" : Value;
        var what = (Column, value) switch
        {
            (null, null) => "",
            (null, _) => $"'{value}': ",
            (_, null) => $"column '{Column}': ",
            _ => $"column '{Column}' is '{value}'; ",
        };
        return $"{File}:{Line}: {what}{Rule}";
    }
}
