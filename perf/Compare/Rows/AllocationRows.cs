using System.Diagnostics;
using Compare.Clients;
using Compare.Results;
using Compare.Servers;

namespace Compare.Rows;

/// <summary>What the process allocates on the managed heap for each request, by its own metrics page.</summary>
internal static class AllocationRows
{
    public static async Task<List<AllocationFigures>> MeasureAsync(CompareOptions options, ServerProcess server, Workload workload)
    {
        var figures = new List<AllocationFigures>();
        var call = H2LoadCall.Grpc(server.Grpc, workload.FrameFile);
        foreach (var shape in CallerShape.All)
        {
            H2Load.WarmUp(call, shape, options.Warmup);
            var idle = await GrowthAsync(server, () => Task.Delay(TimeSpan.FromSeconds(options.Seconds)));
            RateRound? round = null;
            var busy = await GrowthAsync(server, () =>
            {
                round = H2Load.MeasureRate(server, call, shape, options.Seconds);
                return Task.CompletedTask;
            });
            var idleRate = idle.Bytes / idle.Seconds;
            figures.Add(new AllocationFigures
            {
                Callers = shape.Callers,
                Requests = round!.Requests,
                BytesPerRequest = Math.Round((busy.Bytes - idleRate * busy.Seconds) / round.Requests, 2),
                IdleBytesPerSecond = Math.Round(idleRate),
            });
        }
        return figures;
    }

    /// <summary>One read of the metrics page lies inside both an idle and a busy stretch, so its own allocation cancels out.</summary>
    private static async Task<(double Bytes, double Seconds)> GrowthAsync(ServerProcess server, Func<Task> meanwhile)
    {
        var before = await ApplianceApi.AllocatedBytesAsync(server);
        var start = Stopwatch.GetTimestamp();
        await meanwhile();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (await ApplianceApi.AllocatedBytesAsync(server) - before, seconds);
    }
}
