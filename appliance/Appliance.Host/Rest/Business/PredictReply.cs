using Appliance.Scoring.Entities;

namespace Appliance.Host.Rest.Business;

/// <summary>What an answer has to know of its request.</summary>
/// <param name="AsArray">Whether the request was an array, so that the answer is one too.</param>
/// <param name="RequestId">The id to echo.</param>
/// <param name="Explanation">Where the values of the rows came from; null where nobody asked.</param>
internal readonly record struct PredictReply(bool AsArray, string RequestId, FeatureExplanation? Explanation);
