namespace EndToEnd.Tests.Processes;

/// <summary>How a process is started: everything but its ports.</summary>
internal sealed class ApplianceSettings
{
    public required string Repository { get; set; }

    /// <summary>none, poll or explicit.</summary>
    public string ControlMode { get; set; } = "none";

    /// <summary>REST, gRPC and metrics, for a process that comes back where another one was; null for any that are free.</summary>
    public int[]? Ports { get; set; }

    /// <summary>Further flags, as a shell would pass them.</summary>
    public List<string> Flags { get; set; } = [];

    /// <summary>Settings by their key, "Models:DefaultInstances" for instance; they travel as environment variables.</summary>
    public Dictionary<string, string> Settings { get; set; } = [];

    /// <summary>Further variables of the process's environment.</summary>
    public Dictionary<string, string> Environment { get; set; } = [];

    /// <summary>Makes the handler of each client of a process that speaks TLS; null for one that does not.</summary>
    public Func<HttpMessageHandler>? Tls { get; set; }

    /// <summary>Whether the start is over only once the wanted models are ready; otherwise once the process answers.</summary>
    public bool WaitsForModels { get; set; } = true;
}
