using Appliance.Features.Reading;
using Appliance.Host.Grpc.Feast;

namespace Appliance.Host.Features;

/// <summary>A plan and the head of every answer to it. Immutable.</summary>
internal sealed record PlannedFeatures(FeatureReadPlan Plan, OnlineFeaturesHeader Header);
