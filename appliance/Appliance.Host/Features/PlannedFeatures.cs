using System.Collections.Frozen;
using Appliance.Features.Reading;
using Appliance.Host.Grpc.Feast;
using Appliance.Host.Rest.Features;

namespace Appliance.Host.Features;

/// <summary>A plan and what every answer to it has in common, over gRPC and in JSON, with the counters of its values. Thread-safe.</summary>
/// <param name="Floats">For each output the run of stored floats that begins with it.</param>
/// <param name="EntityColumns">
/// Columns of a request that come back in Feast's answers: join keys of any entity, as its server has it. Request inputs do not, nor does what it does not know.
/// </param>
internal sealed record PlannedFeatures(
    FeatureReadPlan Plan, OnlineFeaturesHeader Header, FeatureNames Names, PlanCounters Counters, FloatColumns?[] Floats, FrozenSet<string> EntityColumns);
