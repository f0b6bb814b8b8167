using System.Diagnostics;
using Appliance.Features.Store;

namespace FeatureBench.Store;

/// <summary>Takes a checkpoint, closes the table and opens it again: seconds until it answers.</summary>
internal static class Recoveries
{
    public static double Run(FasterTable table, string folder, long keys, long memoryBytes)
    {
        if (!table.Writer.TryBeginCheckpoint("position"u8, out var checkpoint)) throw new InvalidOperationException("no checkpoint could begin");
        checkpoint.Completion.Wait();
        table.Dispose();
        var begun = Stopwatch.GetTimestamp();
        var opened = FasterTable.Open(new StoreOptions { Folder = folder, MemoryBytes = memoryBytes }, TimeProvider.System);
        using var recovered = opened.Table;
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        if (recovered.Rows != keys || opened.Position is null) throw new InvalidOperationException($"{recovered.Rows} of {keys} rows were recovered");
        return seconds;
    }
}
