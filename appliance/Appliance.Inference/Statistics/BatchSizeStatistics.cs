namespace Appliance.Inference.Statistics;

/// <summary>The calls of one batch size. Thread-safe.</summary>
public sealed class BatchSizeStatistics(int rows)
{
    public int Rows { get; } = rows;
    public DurationSum Input { get; } = new();
    public DurationSum Infer { get; } = new();
    public DurationSum Output { get; } = new();
}
