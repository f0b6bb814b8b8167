using System.Diagnostics;
using Appliance.Features.Store;
using FASTER.core;

namespace FeatureBench.Store;

/// <summary>Random reads of single rows on two threads, bare FASTER and the table in alternating rounds.</summary>
internal static class PointReads
{
    private const int Threads = 2;
    private const int Rounds = 9;
    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(1);

    public static PointReadResult Run(BareFaster bare, FasterTable table, long keys, long now)
    {
        var bareRates = new List<double>();
        var tableRates = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            bareRates.Add(Round(round, (random, until) => ReadBare(bare, keys, random, until)));
            tableRates.Add(Round(round, (random, until) => ReadTable(table, keys, now, random, until)));
        }
        var ratios = bareRates.Zip(tableRates, (left, right) => right / left).ToList();
        return new PointReadResult(Median(bareRates), Median(tableRates), Median(ratios), ratios);
    }

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Round(int seed, Func<Random, long, long> read)
    {
        var until = Stopwatch.GetTimestamp() + (long)(RoundLength.TotalSeconds * Stopwatch.Frequency);
        long total = 0;
        var threads = Enumerable.Range(0, Threads).Select(i => new Thread(() => Interlocked.Add(ref total, read(new Random((seed * 10) + i), until)))).ToList();
        var begun = Stopwatch.GetTimestamp();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return total / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static long ReadBare(BareFaster bare, long keys, Random random, long until)
    {
        using var session = bare.NewSession();
        var input = default(Empty);
        var row = default(Row);
        long done = 0;
        while (Stopwatch.GetTimestamp() < until)
        {
            for (var i = 0; i < 256; i++, done++)
            {
                var key = random.NextInt64(keys);
                if (!session.Read(ref key, ref input, ref row).Found || row.First != key) throw new InvalidOperationException($"bare FASTER gave a wrong row for {key}");
            }
        }
        return done;
    }

    private static long ReadTable(FasterTable table, long keys, long now, Random random, long until)
    {
        Span<byte> name = stackalloc byte[FeatureKeys.Bytes];
        var row = default(Row);
        long done = 0;
        while (Stopwatch.GetTimestamp() < until)
        {
            for (var i = 0; i < 256; i++, done++)
            {
                var key = random.NextInt64(keys);
                FeatureKeys.Write(name, key);
                var reader = new CheckedReader(ref row, now, 3_600_000_000);
                if (!table.TryRead(name, ref reader) || reader.Status != 1 || row.First != key) throw new InvalidOperationException($"the table gave a wrong row for {key}");
            }
        }
        return done;
    }
}
