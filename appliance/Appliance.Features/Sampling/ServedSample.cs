namespace Appliance.Features.Sampling;

/// <summary>What one entity was served at one moment, and what the store knew then. Immutable.</summary>
public sealed class ServedSample
{
    public required string Model { get; init; }

    public required long ModelVersion { get; init; }

    public required string Service { get; init; }

    public required int ServiceVersion { get; init; }

    /// <summary>The revision of the definitions that were served.</summary>
    public required long Revision { get; init; }

    /// <summary>The moment of the read, microseconds since 1970.</summary>
    public required long ReadAt { get; init; }

    /// <summary>Every event before this position was in the rows.</summary>
    public required long From { get; init; }

    /// <summary>No event from this position on was.</summary>
    public required long To { get; init; }

    /// <summary>Join keys and inputs of the request.</summary>
    public required SampledColumn[] Columns { get; init; }

    /// <summary>In the order of the service.</summary>
    public required SampledValue[] Values { get; init; }
}
