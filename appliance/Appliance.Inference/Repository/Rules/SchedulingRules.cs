using Contracts.Inference;

namespace Appliance.Inference.Repository.Rules;

/// <summary>
/// How requests queue and meet in batches: sizes, queue length and timeouts are honoured, waiting and ordering rules are not.
/// </summary>
internal static class SchedulingRules
{
    public const string PreferredBatchSizes = "dynamic_batching.preferred_batch_size";

    public static ModelSettings Apply(ModelConfig config, ModelSettings settings, ConfigRefusals refusals)
    {
        switch (config.SchedulingChoiceCase)
        {
            case ModelConfig.SchedulingChoiceOneofCase.SequenceBatching:
                refusals.Refuse("sequence_batching",
                    "requests have no order among them here; models that keep state between requests cannot be served");
                return settings;
            case ModelConfig.SchedulingChoiceOneofCase.EnsembleScheduling:
                refusals.Refuse("ensemble_scheduling", "ensembles of models are not available; join the graphs into one ONNX model");
                return settings;
            case ModelConfig.SchedulingChoiceOneofCase.None:
                return settings;
        }
        var batching = config.DynamicBatching;
        CheckWaiting(batching, refusals);
        settings = settings with
        {
            DynamicBatching = true,
            PreferredBatchSizes = [.. batching.PreferredBatchSize.Distinct().Order()],
        };
        CheckPreferredSizes(batching.PreferredBatchSize, settings.MaxBatchSize, refusals);
        return batching.DefaultQueuePolicy is { } policy ? ApplyQueue(policy, settings, refusals) : settings;
    }

    /// <summary>Each must fit the largest batch, where that is known.</summary>
    public static void CheckPreferredSizes(IReadOnlyList<int> sizes, int? maxBatchSize, ConfigRefusals refusals)
    {
        for (var i = 0; i < sizes.Count; i++)
        {
            // A batch size that is itself refused bounds nothing.
            var most = maxBatchSize is >= 0 and <= IdentityRules.LargestBatch ? maxBatchSize : IdentityRules.LargestBatch;
            refusals.Require(sizes[i] >= 1 && sizes[i] <= most, $"{PreferredBatchSizes}[{i}]", sizes[i],
                most == 0 ? "there are no batches where max_batch_size is 0" : $"it must be 1 to {most}, the largest batch");
        }
    }

    private static void CheckWaiting(ModelDynamicBatching batching, ConfigRefusals refusals)
    {
        refusals.Require(batching.MaxQueueDelayMicroseconds == 0, "dynamic_batching.max_queue_delay_microseconds",
            batching.MaxQueueDelayMicroseconds,
            "it must be 0: the batcher takes what is queued the moment an instance is free and never holds a request back");
        refusals.Require(!batching.PreserveOrdering, "dynamic_batching.preserve_ordering", true,
            "responses leave as soon as they are ready; a caller that needs an order waits for each response");
        const string priorities = "there is one queue without priorities; remove it";
        refusals.Require(batching.PriorityLevels == 0, "dynamic_batching.priority_levels", batching.PriorityLevels, priorities);
        refusals.Require(batching.DefaultPriorityLevel == 0, "dynamic_batching.default_priority_level", batching.DefaultPriorityLevel,
            priorities);
        refusals.Require(batching.PriorityQueuePolicy.Count == 0, "dynamic_batching.priority_queue_policy",
            batching.PriorityQueuePolicy.Keys, priorities);
    }

    private static ModelSettings ApplyQueue(ModelQueuePolicy policy, ModelSettings settings, ConfigRefusals refusals)
    {
        const string field = "dynamic_batching.default_queue_policy";
        refusals.Require(policy.TimeoutAction == ModelQueuePolicy.Types.TimeoutAction.Reject, $"{field}.timeout_action", "DELAY",
            "a request that waited too long is rejected, never delayed further; write REJECT");
        const ulong mostMicroseconds = long.MaxValue / TimeSpan.TicksPerMicrosecond;
        var timeoutFits = refusals.Require(policy.DefaultTimeoutMicroseconds <= mostMicroseconds, $"{field}.default_timeout_microseconds",
            policy.DefaultTimeoutMicroseconds, $"it must be at most {mostMicroseconds}");
        var limitFits = refusals.Require(policy.MaxQueueSize <= int.MaxValue, $"{field}.max_queue_size", policy.MaxQueueSize,
            $"it must be at most {int.MaxValue}");
        return settings with
        {
            AllowTimeoutOverride = policy.AllowTimeoutOverride,
            DefaultTimeout = timeoutFits && policy.DefaultTimeoutMicroseconds > 0
                ? TimeSpan.FromTicks((long)policy.DefaultTimeoutMicroseconds * TimeSpan.TicksPerMicrosecond)
                : null,
            QueueLimit = limitFits && policy.MaxQueueSize > 0 ? (int)policy.MaxQueueSize : null,
        };
    }
}
