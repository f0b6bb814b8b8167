using Appliance.Inference;
using Appliance.Inference.Batching;

namespace Appliance.Scoring;

/// <summary>What a caller is told of a request that was not answered.</summary>
public static class OutcomeMessages
{
    /// <summary>The entry's own error, or words for an outcome that came without one.</summary>
    public static string Of(BatchEntry entry, ScoreStatus status) => entry.Error ?? status switch
    {
        ScoreStatus.DeadlineExceeded => "The deadline passed before the request ran",
        ScoreStatus.QueueTimeout => "Request timeout expired",
        ScoreStatus.Cancelled => "The request was cancelled by its caller",
        ScoreStatus.Overloaded => ScoringPipeline.OverloadedMessage,
        _ => status.ToString(),
    };
}
