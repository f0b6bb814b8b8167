using Appliance.Inference.Batching;

namespace TestKit;

/// <summary>A batch as an instance was given it.</summary>
/// <param name="Ids">The ids of its requests, in the batch's order.</param>
public sealed record RecordedBatch(int Rows, BatchClose Reason, IReadOnlyList<string> Ids)
{
    /// <summary>The ids, joined by a space: what most tests compare.</summary>
    public string Line => string.Join(' ', Ids);
}
