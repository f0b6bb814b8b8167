using System.Diagnostics;
using FeatureClients.Redis;
using FeatureClients.Results;
using Grpc.Core;
using Grpc.Net.Client;
using Appliance.LoadGen.Histograms;
using Appliance.LoadGen.Reports;
using StackExchange.Redis;

namespace FeatureClients.Calls;

/// <summary>A number of callers, each asking for the next random entity as soon as it has the last one's score.</summary>
internal static class CallLoop
{
    private const long CheckedEntity = 12_345;

    public static async Task<CallResult> RunAsync(ClientOptions options)
    {
        await using var redis = options.Mode == CallMode.Entity ? null : RedisRows.Connect(options.Redis);
        var channels = Enumerable.Range(0, options.Connections).Select(_ => GrpcChannel.ForAddress($"http://127.0.0.1:{options.Grpc}")).ToList();
        var score = await Caller(options.Mode, redis?.GetDatabase(), channels[0]).ScoreAsync(CheckedEntity);
        var begun = Stopwatch.GetTimestamp();
        var from = begun + (long)(options.Warmup * Stopwatch.Frequency);
        var until = from + (long)(options.Seconds * Stopwatch.Frequency);
        var run = new Counts();
        var callers = Enumerable.Range(0, options.Connections * options.Streams)
            .Select(i => LoopAsync(Caller(options.Mode, redis?.GetDatabase(), channels[i % channels.Count]), new Random(i), options.Rows, from, until, run)).ToList();
        await Task.Delay(TimeSpan.FromSeconds(options.Warmup));
        var idle = ProcessorTime();
        await Task.WhenAll(callers);
        var used = ProcessorTime() - idle;
        channels.ForEach(channel => channel.Dispose());
        return new CallResult
        {
            Mode = options.Mode.ToString(),
            Calls = run.Times.Count,
            AllCalls = run.All,
            Failed = run.Failed,
            Rate = Math.Round(run.Times.Count / options.Seconds, 1),
            Latency = PercentileFigures.From(run.Times),
            ClientCoreMicros = Math.Round(used.TotalMicroseconds / Math.Max(1, run.Times.Count), 2),
            Score = score,
        };
    }

    private static IScoreCaller Caller(CallMode mode, IDatabase? redis, GrpcChannel channel) => mode switch
    {
        CallMode.Entity => new EntityCaller(channel),
        CallMode.TwoHop => new TwoHopCaller(redis!, channel),
        _ => new TwoHopTensorCaller(redis!, channel),
    };

    private static async Task LoopAsync(IScoreCaller caller, Random random, int rows, long from, long until, Counts run)
    {
        for (long start; (start = Stopwatch.GetTimestamp()) < until;)
        {
            try
            {
                await caller.ScoreAsync(random.Next(rows)).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is RpcException or RedisException)
            {
                Interlocked.Increment(ref run.Failed);
                continue;
            }
            var end = Stopwatch.GetTimestamp();
            Interlocked.Increment(ref run.All);
            if (end >= from && end < until) run.Times.Record((long)Stopwatch.GetElapsedTime(start, end).TotalNanoseconds);
        }
    }

    private static TimeSpan ProcessorTime()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }

    private sealed class Counts
    {
        public readonly LatencyHistogram Times = new();
        public long All;
        public long Failed;
    }
}
