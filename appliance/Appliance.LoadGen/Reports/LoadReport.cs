namespace Appliance.LoadGen.Reports;

/// <summary>What a run measured. Times in microseconds, from the intended send time unless said otherwise.</summary>
public sealed class LoadReport
{
    public string Protocol { get; set; } = "";
    public string Path { get; set; } = "";
    public string Arrivals { get; set; } = "";
    public int Connections { get; set; }
    public int Seed { get; set; }
    public double WarmupSeconds { get; set; }
    public double DurationSeconds { get; set; }

    /// <summary>Requests a second that the command line asked for.</summary>
    public double RequestedRate { get; set; }

    /// <summary>Requests a second that the schedule held; a Poisson one differs a little from what was asked.</summary>
    public double IntendedRate { get; set; }

    /// <summary>Good answers a second, up to the last answer.</summary>
    public double AchievedRate { get; set; }

    public long Intended { get; set; }
    public long Ok { get; set; }
    public long Failed { get; set; }
    public SortedDictionary<string, long> ByStatus { get; set; } = [];
    public PercentileFigures Latency { get; set; } = new();

    /// <summary>How late the generator handed requests over; a large share of the latency here means that the generator was the bottleneck.</summary>
    public PercentileFigures SendLag { get; set; } = new();

    /// <summary>Processor time that the generator used for each request, warm-up included.</summary>
    public double ClientCoreMicros { get; set; }
}
