namespace Compare.Results;

/// <summary>Managed memory that the whole process allocated for each request, what it allocates when idle taken off.</summary>
public sealed class AllocationFigures
{
    public int Callers { get; set; }
    public long Requests { get; set; }
    public double BytesPerRequest { get; set; }
    public double IdleBytesPerSecond { get; set; }
}
