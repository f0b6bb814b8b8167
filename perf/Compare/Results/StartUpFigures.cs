namespace Compare.Results;

/// <summary>From the start of the process to the first 200 on the readiness call, and its memory two seconds later, without a request.</summary>
public sealed class StartUpFigures
{
    public List<string> Models { get; set; } = [];
    public Spread ReadySeconds { get; set; } = new();
    public Spread ResidentMegabytes { get; set; } = new();
}
