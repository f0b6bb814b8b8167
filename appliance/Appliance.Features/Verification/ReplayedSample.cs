using Appliance.Features.Sampling;
using FeatureModel.Definitions;
using FeatureModel.PointInTime;
using FeatureModel.Values;

namespace Appliance.Features.Verification;

/// <summary>A sample as it was read from the journal. Immutable.</summary>
internal sealed class ReplayedSample
{
    public required string Model { get; init; }

    /// <summary>Of the sample in the journal.</summary>
    public required long Position { get; init; }

    public required long Revision { get; init; }

    public required long ReadAt { get; init; }

    public required long From { get; init; }

    public required long To { get; init; }

    /// <summary>The join keys.</summary>
    public required IReadOnlyDictionary<string, FeatureValue> Keys { get; init; }

    /// <summary>The features, in the order of <see cref="Values"/>.</summary>
    public required IReadOnlyList<FeatureReference> Features { get; init; }

    /// <summary>The features by the definitions of that revision; null where one was not defined.</summary>
    public required PointInTimeService? Service { get; init; }

    /// <summary>For each of the service's inputs what came with the request.</summary>
    public required FeatureValue[] Inputs { get; init; }

    public required SampledValue[] Values { get; init; }

    /// <summary>For each of the service's views the key of its row; null where the sample has not all of it.</summary>
    public UInt128?[] RowKeys { get; set; } = [];
}
