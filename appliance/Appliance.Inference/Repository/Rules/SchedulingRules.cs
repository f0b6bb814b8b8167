using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using Contracts.Inference;

namespace Appliance.Inference.Repository.Rules;

/// <summary>How requests queue and meet in batches: what a configuration asks of the dynamic batcher is honoured; other schedulers are not there.</summary>
internal static class SchedulingRules
{
    public const string PreferredBatchSizes = "dynamic_batching.preferred_batch_size";

    private const string DefaultPolicy = "dynamic_batching.default_queue_policy";

    public static ModelSettings Apply(ModelConfig config, ModelSettings settings, ConfigRefusals refusals)
    {
        switch (config.SchedulingChoiceCase)
        {
            case ModelConfig.SchedulingChoiceOneofCase.SequenceBatching:
                refusals.Refuse("sequence_batching",
                    "sequence batching comes in a later release; until then models that keep state between requests cannot be served");
                return settings;
            case ModelConfig.SchedulingChoiceOneofCase.EnsembleScheduling:
                refusals.Refuse("ensemble_scheduling", "ensembles come in a later release; until then join the graphs into one ONNX model");
                return settings;
            case ModelConfig.SchedulingChoiceOneofCase.None:
                return settings;
        }
        var batching = config.DynamicBatching;
        CheckPreferredSizes(batching.PreferredBatchSize, settings.MaxBatchSize, refusals);
        CheckPriorities(batching, refusals);
        CheckOrdering(batching, refusals);
        var limits = Limits(batching.DefaultQueuePolicy, DefaultPolicy, refusals);
        return settings with
        {
            DynamicBatching = true,
            HasQueuePolicy = batching.DefaultQueuePolicy is not null,
            QueueLimit = limits.MaxQueueSize,
            DefaultTimeout = limits.Waiting.DefaultTimeout > TimeSpan.Zero ? limits.Waiting.DefaultTimeout : null,
            AllowTimeoutOverride = limits.Waiting.AllowTimeoutOverride,
            Schedule = AsksForSchedule(batching, limits) ? Schedule(batching, limits, refusals) : null,
        };
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

    // Whatever else a configuration says, the batcher that never waits does the same, and quicker.
    private static bool AsksForSchedule(ModelDynamicBatching batching, LevelLimits limits) =>
        batching.PreferredBatchSize.Count > 0 || batching.MaxQueueDelayMicroseconds > 0 || batching.PreserveOrdering
        || batching.PriorityLevels > 0 || limits.DelaysOverdue;

    private static ScheduleSettings Schedule(ModelDynamicBatching batching, LevelLimits limits, ConfigRefusals refusals) => new()
    {
        PreferredSizes = [.. batching.PreferredBatchSize.Distinct().Order()],
        MaxQueueDelay = Span(batching.MaxQueueDelayMicroseconds, "dynamic_batching.max_queue_delay_microseconds", refusals),
        PreserveOrdering = batching.PreserveOrdering,
        PriorityLevels = batching.PriorityLevels,
        DefaultPriority = batching.DefaultPriorityLevel,
        DefaultLimits = limits,
        OwnLimits = batching.PriorityQueuePolicy.ToDictionary(p => p.Key, p => Limits(p.Value, FieldOf(p.Key), refusals)),
    };

    private static void CheckPriorities(ModelDynamicBatching batching, ConfigRefusals refusals)
    {
        var levels = batching.PriorityLevels;
        if (levels == 0)
        {
            const string none = "there are no priorities where priority_levels is 0";
            refusals.Require(batching.DefaultPriorityLevel == 0, "dynamic_batching.default_priority_level", batching.DefaultPriorityLevel, none);
            refusals.Require(batching.PriorityQueuePolicy.Count == 0, "dynamic_batching.priority_queue_policy", batching.PriorityQueuePolicy.Keys, none);
            return;
        }
        refusals.Require(batching.DefaultPriorityLevel >= 1 && batching.DefaultPriorityLevel <= levels, "dynamic_batching.default_priority_level",
            batching.DefaultPriorityLevel, $"default priority level must be in range [1, {levels}]");
        foreach (var priority in batching.PriorityQueuePolicy.Keys)
        {
            refusals.Require(priority >= 1 && priority <= levels, FieldOf(priority), priority,
                $"priority queue policy must have priority level in range [1, {levels}]");
        }
    }

    // An order among answers says nothing where requests may overtake each other.
    private static void CheckOrdering(ModelDynamicBatching batching, ConfigRefusals refusals)
    {
        if (!batching.PreserveOrdering) return;
        refusals.Require(batching.PriorityLevels <= 1, "dynamic_batching.priority_levels", batching.PriorityLevels,
            "Only one priority level is allowed when 'preserve_ordering' is true");
        CheckOrdering(batching.DefaultQueuePolicy, DefaultPolicy, refusals);
        foreach (var (priority, policy) in batching.PriorityQueuePolicy) CheckOrdering(policy, FieldOf(priority), refusals);
    }

    private static void CheckOrdering(ModelQueuePolicy? policy, string field, ConfigRefusals refusals) =>
        refusals.Require(policy is not { TimeoutAction: ModelQueuePolicy.Types.TimeoutAction.Delay, DefaultTimeoutMicroseconds: > 0 },
            $"{field}.timeout_action", "DELAY", "Queue policy can not have DELAY as timeout action when 'preserve_ordering' is true");

    private static LevelLimits Limits(ModelQueuePolicy? policy, string field, ConfigRefusals refusals)
    {
        if (policy is null) return new LevelLimits();
        var timeout = Span(policy.DefaultTimeoutMicroseconds, $"{field}.default_timeout_microseconds", refusals);
        var limitFits = refusals.Require(policy.MaxQueueSize <= int.MaxValue, $"{field}.max_queue_size", policy.MaxQueueSize,
            $"it must be at most {int.MaxValue}");
        return new LevelLimits
        {
            MaxQueueSize = limitFits && policy.MaxQueueSize > 0 ? (int)policy.MaxQueueSize : null,
            Waiting = new QueueLimits(timeout, policy.AllowTimeoutOverride),
            DelaysOverdue = policy.TimeoutAction == ModelQueuePolicy.Types.TimeoutAction.Delay,
        };
    }

    private static TimeSpan Span(ulong microseconds, string field, ConfigRefusals refusals)
    {
        const ulong most = long.MaxValue / TimeSpan.TicksPerMicrosecond;
        var fits = refusals.Require(microseconds <= most, field, microseconds, $"it must be at most {most}");
        return fits ? TimeSpan.FromTicks((long)microseconds * TimeSpan.TicksPerMicrosecond) : TimeSpan.Zero;
    }

    private static string FieldOf(ulong priority) => $"dynamic_batching.priority_queue_policy[{priority}]";
}
