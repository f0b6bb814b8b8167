using Appliance.LoadGen.Reports;

namespace FeatureClients.Results;

/// <summary>Events posted, and how soon one could be read. Latencies in microseconds.</summary>
public sealed class PostResult
{
    public long Accepted { get; set; }
    public long Duplicates { get; set; }

    /// <summary>Events in bodies that were answered with anything but 200.</summary>
    public long Refused { get; set; }

    public string FirstRefusal { get; set; } = "";

    /// <summary>From the first body to the last answer.</summary>
    public double Seconds { get; set; }

    /// <summary>From the first body to the moment at which an event posted behind all others was readable.</summary>
    public double AppliedSeconds { get; set; }

    /// <summary>Events a second that were on the disk and applied.</summary>
    public double AppliedRate => AppliedSeconds > 0 ? Accepted / AppliedSeconds : 0;

    /// <summary>From the intended send time of a body to its answer.</summary>
    public PercentileFigures Acknowledged { get; set; } = new();

    /// <summary>From before an event was posted to the first read that had it.</summary>
    public PercentileFigures Readable { get; set; } = new();

    public long Probes { get; set; }

    /// <summary>Processor time that this client used for each event.</summary>
    public double ClientCoreMicros { get; set; }
}
