namespace Appliance.Inference.Batching.Scheduling;

/// <summary>What to do with the requests at the front of the queue while an instance is free.</summary>
/// <param name="Take">So many of them are the next batch; 0 to wait.</param>
/// <param name="Until">Until when to wait, in timestamp units; <see cref="long.MaxValue"/> for the next arrival.</param>
/// <param name="Reason">Why the batch is closed.</param>
internal readonly record struct ScheduleDecision(int Take, long Until, BatchClose Reason);
