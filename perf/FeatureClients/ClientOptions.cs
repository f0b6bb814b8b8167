using FeatureClients.Calls;

namespace FeatureClients;

/// <summary>One run's settings, as the command line gives them.</summary>
internal sealed class ClientOptions
{
    public ClientVerb Verb { get; set; }

    /// <summary>Redis' port on loopback.</summary>
    public int Redis { get; set; } = 6379;

    /// <summary>Entities that there are: 0 to one less.</summary>
    public int Rows { get; set; } = 1_000_000;

    /// <summary>The appliance's gRPC port.</summary>
    public int Grpc { get; set; } = 8001;

    /// <summary>The appliance's HTTP port.</summary>
    public int Http { get; set; } = 8000;

    public CallMode Mode { get; set; }

    public int Connections { get; set; } = 4;

    /// <summary>Callers on each connection; 8, so that 4 connections make the 32 callers of the other rows.</summary>
    public int Streams { get; set; } = 8;

    public double Seconds { get; set; } = 3;

    /// <summary>Seconds before them that do not count: the program is compiled while it runs.</summary>
    public double Warmup { get; set; } = 2;

    /// <summary>Events in a body.</summary>
    public int Batch { get; set; } = 500;

    /// <summary>Members that events are about.</summary>
    public int Members { get; set; } = 100_000;

    /// <summary>Events a second; 0: as many as are taken.</summary>
    public double Rate { get; set; }
}
