namespace Compare.Results;

/// <summary>One line of the summary: what was wanted, what came out.</summary>
public sealed class TargetLine
{
    public string What { get; set; } = "";
    public string Measured { get; set; } = "";
    public string Target { get; set; } = "";
    public bool IsReached { get; set; }
}
