namespace Appliance.Host;

/// <summary>Ports and limits of the transports.</summary>
public sealed class TransportOptions
{
    public const string Section = "Transport";

    /// <summary>REST. 8000, 8001 and 8002 are the ports that this protocol's clients try first. 0 takes any free port.</summary>
    public int HttpPort { get; set; } = 8000;

    /// <summary>gRPC.</summary>
    public int GrpcPort { get; set; } = 8001;

    /// <summary>The metrics page.</summary>
    public int MetricsPort { get; set; } = 8002;

    /// <summary>Loopback alone by default. What callers from elsewhere may do, docs/security.md says.</summary>
    public string HttpAddress { get; set; } = "127.0.0.1";
    public string GrpcAddress { get; set; } = "127.0.0.1";
    public string MetricsAddress { get; set; } = "127.0.0.1";

    public bool AllowHttp { get; set; } = true;
    public bool AllowGrpc { get; set; } = true;
    public bool AllowMetrics { get; set; } = true;

    /// <summary>Whether the thread that reads gRPC's sockets looks for a moment before it sleeps, where that pays and a core is free: docs/decisions/0021-busy-polling.md.</summary>
    public bool BusyPoll { get; set; } = true;

    /// <summary>Whether the cores are kept awake while calls come, where the process may write to /dev/cpu_dma_latency: docs/decisions/0022-awake-cores.md.</summary>
    public bool KeepCoresAwake { get; set; } = true;

    /// <summary>Seconds that requests get to finish once the process is told to end. 30, as orchestrators grant.</summary>
    public int ExitTimeoutSeconds { get; set; } = 30;
}
