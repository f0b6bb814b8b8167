namespace Compare.Tables;

/// <summary>One line of the table: what was wanted, what came out.</summary>
internal sealed class TableLine
{
    /// <summary>The row that it belongs to.</summary>
    public string Row { get; set; } = "";

    public string What { get; set; } = "";

    /// <summary>What it is compared with, as measured in the same run; empty where with nothing.</summary>
    public string Yardstick { get; set; } = "";

    public string Measured { get; set; } = "";

    /// <summary>Empty where the figure is only reported.</summary>
    public string Target { get; set; } = "";

    /// <summary>Null where the figure is only reported.</summary>
    public bool? IsReached { get; set; }
}
