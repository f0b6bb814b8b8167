using Appliance.Features.Reading;
using Appliance.Host.Grpc.Feast;
using Appliance.Host.Rest.Features;

namespace Appliance.Host.Features;

/// <summary>A plan and what every answer to it has in common, over gRPC and in JSON, with the counters of its values. Thread-safe.</summary>
internal sealed record PlannedFeatures(FeatureReadPlan Plan, OnlineFeaturesHeader Header, FeatureNames Names, PlanCounters Counters);
