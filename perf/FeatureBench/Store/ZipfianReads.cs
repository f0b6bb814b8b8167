using System.Diagnostics;
using Appliance.Features.Store;

namespace FeatureBench.Store;

/// <summary>Zipfian reads, one at a time on two threads, of a store of a given memory.</summary>
internal static class ZipfianReads
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    public static ZipfianResult Run(FasterTable table, long keys, long now)
    {
        var zipf = new Zipf(keys);
        var micros = new List<float>[2];
        var begun = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, micros.Length).Select(i => new Thread(() => micros[i] = Read(table, zipf, now, new Random(i + 1)))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var all = micros.SelectMany(list => list).Order().ToArray();
        return new ZipfianResult(all.Length / seconds, At(all, 0.5), At(all, 0.99), At(all, 0.999), all[^1], (double)table.DiskHits / (table.DiskHits + table.MemoryHits));
    }

    private static float At(float[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];

    private static List<float> Read(FasterTable table, Zipf zipf, long now, Random random)
    {
        var micros = new List<float>(1 << 24);
        Span<byte> name = stackalloc byte[FeatureKeys.Bytes];
        var row = default(Row);
        var until = Stopwatch.GetTimestamp() + (long)(Length.TotalSeconds * Stopwatch.Frequency);
        for (long begun; (begun = Stopwatch.GetTimestamp()) < until;)
        {
            FeatureKeys.Write(name, zipf.Next(random));
            begun = Stopwatch.GetTimestamp();
            var reader = new CheckedReader(ref row, now, 3_600_000_000);
            if (!table.TryRead(name, ref reader)) throw new InvalidOperationException("a row is missing");
            micros.Add((float)Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }
        return micros;
    }
}
