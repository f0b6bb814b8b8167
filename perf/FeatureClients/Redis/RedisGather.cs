using System.Diagnostics;
using FeatureClients.Results;
using Appliance.LoadGen.Histograms;
using StackExchange.Redis;

namespace FeatureClients.Redis;

/// <summary>Rows of 100 random entities by MGET into a tensor, one call at a time; the keys are made before the clock runs.</summary>
internal static class RedisGather
{
    private const int Rows = 100;

    public static GatherResult Run(ClientOptions options)
    {
        using var redis = RedisRows.Connect(options.Redis);
        var database = redis.GetDatabase();
        var random = new Random(5);
        var tensor = new byte[Rows * RedisRows.Bytes];
        var keys = new RedisKey[Rows];
        var times = new LatencyHistogram();
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun).TotalSeconds is var elapsed && elapsed < options.Warmup + options.Seconds)
        {
            for (var i = 0; i < Rows; i++) keys[i] = RedisRows.Key(random.Next(options.Rows));
            var start = Stopwatch.GetTimestamp();
            var values = database.StringGet(keys);
            for (var i = 0; i < Rows; i++)
            {
                ReadOnlyMemory<byte> row = values[i];
                row.Span[..RedisRows.Bytes].CopyTo(tensor.AsSpan(i * RedisRows.Bytes));
            }
            if (elapsed >= options.Warmup) times.Record((long)Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }
        return new GatherResult { Micros = times.Percentile(50) / 1000.0, Gathers = times.Count };
    }
}
