namespace Appliance.Inference.Lifecycle;

/// <summary>What the loader measured of a version while warming it, on the machine that serves it.</summary>
/// <param name="SingleMicroseconds">One call of one row.</param>
/// <param name="BatchedMicrosecondsPerRow">The cheapest row of any batch bucket.</param>
/// <param name="BestBatchSize">The bucket in which a row was cheapest.</param>
/// <param name="HandoffMicroseconds">Handing a request to another thread and back, measured in this process.</param>
public sealed record RunProfile(double SingleMicroseconds, double BatchedMicrosecondsPerRow, int BestBatchSize, double HandoffMicroseconds)
{
    public static RunProfile Unknown { get; } = new(0, 0, 1, 0);

    /// <summary>Whether merging requests saves more than handing them over costs.</summary>
    public bool BatchingPays => SingleMicroseconds - BatchedMicrosecondsPerRow > HandoffMicroseconds;
}
