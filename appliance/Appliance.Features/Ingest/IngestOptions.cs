namespace Appliance.Features.Ingest;

/// <summary>Settings of applying events to the store.</summary>
public sealed class IngestOptions
{
    public const string Section = "Features:Ingest";

    /// <summary>How far an event's time may lie after the moment it was read. 5 minutes: what authentication by time allows between clocks (Kerberos).</summary>
    public TimeSpan MaxClockSkew { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Time between store checkpoints while events arrive. 5 s: at 100,000 events a second a crash replays half a million, some two seconds' work.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Events after which a checkpoint is due however short the time. 1,000,000: ten seconds at the highest rate.</summary>
    public long CheckpointEvents { get; set; } = 1_000_000;

    internal long MaxClockSkewMicros => MaxClockSkew.Ticks / TimeSpan.TicksPerMicrosecond;
}
