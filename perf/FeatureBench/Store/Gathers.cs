using System.Diagnostics;
using Appliance.Features.Store;

namespace FeatureBench.Store;

/// <summary>Rows of 100 random keys read into a tensor, on one thread; microseconds a gather, median.</summary>
internal static class Gathers
{
    private const int Rows = 100;
    private const int Times = 20_000;

    public static double Run(FasterTable table, long keys, long now)
    {
        var random = new Random(5);
        var names = new byte[Rows * FeatureKeys.Bytes];
        var ends = Enumerable.Range(1, Rows).Select(i => i * FeatureKeys.Bytes).ToArray();
        var tensor = new byte[Rows * Row.Bytes];
        var micros = new List<double>(Times);
        for (var i = 0; i < Times; i++)
        {
            for (var row = 0; row < Rows; row++) FeatureKeys.Write(names.AsSpan(row * FeatureKeys.Bytes), random.NextInt64(keys));
            var begun = Stopwatch.GetTimestamp();
            var reader = new GatherReader(tensor, now, 3_600_000_000);
            var found = table.ReadMany(names, ends, ref reader);
            micros.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
            if (found != Rows || reader.Present != Rows) throw new InvalidOperationException($"a gather found {found} of {Rows} rows");
        }
        return PointReads.Median(micros);
    }
}
