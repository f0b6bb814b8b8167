using Appliance.Scoring;
using Appliance.Scoring.Entities;

namespace Appliance.Host.Rest.Business;

/// <summary>What every scoring request of this API goes through.</summary>
/// <param name="Pipeline">Chooses and runs the model's version.</param>
/// <param name="Stored">The features that requests leave to the store.</param>
/// <param name="MaxDepth">Nesting of a body at most.</param>
internal sealed record PredictPath(ScoringPipeline Pipeline, StoredFeatures Stored, int MaxDepth);
