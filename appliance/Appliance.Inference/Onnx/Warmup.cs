using System.Diagnostics;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;

namespace Appliance.Inference.Onnx;

/// <summary>Runs every batch bucket of a version before it takes requests, and measures what a row costs in each.</summary>
internal static class Warmup
{
    // The fastest of a few runs is the machine's speed; the others are its neighbours.
    private const int MostRuns = 20;

    // So many runs in a row that were no faster by a twentieth, and more would hold up a core for nothing: other versions may be served on it.
    private const int SettledRuns = 4;
    private const double Faster = 0.95;
    private static readonly TimeSpan BucketBudget = TimeSpan.FromMilliseconds(20);

    /// <summary>Row counts that are run: powers of two up to the maximum, and the maximum.</summary>
    public static IEnumerable<int> Buckets(int maxBatchSize)
    {
        for (var rows = 1; rows < maxBatchSize; rows *= 2) yield return rows;
        yield return Math.Max(1, maxBatchSize);
    }

    /// <summary>Warms the instance.</summary>
    /// <exception cref="InferenceFaultException">Made-up rows could not be run.</exception>
    /// <exception cref="ModelLoadException">There is not memory enough for one row; no request is smaller.</exception>
    public static RunProfile Run(IModelInstance instance, ModelSignature signature)
    {
        double single = 0, best = double.MaxValue;
        var bestRows = 1;
        foreach (var rows in Buckets(signature.MaxBatchSize))
        {
            var perRow = PerRow(instance, signature, rows);
            if (rows == 1) single = perRow;
            if (perRow >= best) continue;
            best = perRow;
            bestRows = rows;
        }
        return new RunProfile(single, best, bestRows, HandoffCost.Microseconds);
    }

    private static double PerRow(IModelInstance instance, ModelSignature signature, int rows)
    {
        try
        {
            return Fastest(instance, ProbeEntries.Create(signature, rows, seed: rows)) / rows;
        }
        catch (InferenceFaultException e) when (rows == 1 && MemoryFaults.IsOne(e))
        {
            throw new ModelLoadException($"one run on the smallest inputs needs more memory than there is: {e.Message}", inner: e);
        }
    }

    private static double Fastest(IModelInstance instance, BatchEntry entry)
    {
        var fastest = double.MaxValue;
        var began = Stopwatch.GetTimestamp();
        var settled = 0;
        for (var i = 0; i < MostRuns && settled < SettledRuns && (i < 2 || Stopwatch.GetElapsedTime(began) < BucketBudget); i++)
        {
            // Who waits for this core goes first: a request is answered between two runs, not behind all of them.
            Thread.Yield();
            var batch = ProbeEntries.Batch(entry);
            var started = Stopwatch.GetTimestamp();
            instance.Run(batch);
            var took = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            settled = took < Faster * fastest ? 0 : settled + 1;
            fastest = Math.Min(fastest, took);
        }
        return fastest;
    }
}
