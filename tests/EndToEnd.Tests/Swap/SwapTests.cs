using System.Diagnostics;
using Contracts.Models;
using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Metrics;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Swap;

/// <summary>Hot swaps under load: nobody fails, every answer is of a version that was routed to, and everything that was taken is given back.</summary>
public sealed class SwapTests(ITestOutputHelper output) : IDisposable
{
    private const string Model = "scale", SoakSetting = "APPLIANCE_SOAK";

    // Two versions that a caller tells apart by any element. Each has 4 MiB of weights: a hundred that are not given back are 400 MiB.
    private const int WeightElements = 1 << 20;
    private const long AllowedGrowth = 160L << 20;

    // Allocators and pools have their size after these.
    private const int FirstSwaps = 20;

    private readonly TemporaryRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public Task A_hundred_swaps_as_fast_as_they_go_fail_no_request_and_leave_nothing_behind() => SwapAsync(100, TimeSpan.Zero);

    [Fact]
    public Task A_thousand_swaps_half_a_second_apart_fail_no_request_and_leave_nothing_behind()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(SoakSetting) == "1", $"takes nine minutes: set {SoakSetting}=1");
        return SwapAsync(1000, TimeSpan.FromMilliseconds(500));
    }

    private async Task SwapAsync(int swaps, TimeSpan every)
    {
        _repository.AddVersion(Model, 1, Weighted(1));
        _repository.AddVersion(Model, 2, Weighted(2));
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path });
        await using var load = new OpenLoop(appliance, ScaleCalls.Request(Model));
        var routes = new List<Route> { new(2, 0, long.MaxValue) };
        for (var i = 0; i < FirstSwaps; i++) await PinAsync(appliance, routes);
        var rate = await load.StartAsync();
        var bytesBefore = ProcessFigures.ResidentBytes(appliance.Id);

        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < swaps; i++)
        {
            var due = (every * i) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.Zero) await Task.Delay(due, TestContext.Current.CancellationToken);
            await PinAsync(appliance, routes);
        }
        output.WriteLine($"{swaps} swaps in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s under {rate:F0} requests a second, {load.Answers.Count} answered");
        await load.StopAsync();

        Assert.True(load.Failures.Count == 0, $"{load.Failures.Count} failed: {string.Join("; ", load.Failures.Distinct().Take(5))}");
        Assert.Equal([1L, 2L], load.Answers.Select(a => a.Version).Distinct().Order());
        foreach (var answer in load.Answers) CheckAnswer(answer, routes);
        await GivenBackAsync(appliance, FirstSwaps + swaps);
        var grown = ProcessFigures.ResidentBytes(appliance.Id) - bytesBefore;
        output.WriteLine($"grown by {grown / 1048576.0:F1} MiB");
        Assert.True(grown < AllowedGrowth, $"the process has grown by {grown >> 20} MiB over {swaps} swaps");
    }

    /// <summary>Pins the version that is not pinned now, and notes between which times each may answer.</summary>
    private static async Task PinAsync(ApplianceProcess appliance, List<Route> routes)
    {
        var next = 3 - routes[^1].Version;
        var from = Stopwatch.GetTimestamp();
        var route = await appliance.Models.PinAsync(new PinRequest { Model = Model, Version = next }, deadline: ApplianceCalls.Deadline);
        Assert.Equal((next, 3 - next), (route.Version, route.PreviousVersion));
        // Once the call is back, no new request goes to the version before.
        routes[^1] = routes[^1] with { Until = Stopwatch.GetTimestamp() };
        routes.Add(new Route(next, from, long.MaxValue));
    }

    /// <summary>A version that was routed to, from the time at which it was asked for until the next one was in its place.</summary>
    private readonly record struct Route(long Version, long From, long Until);

    private static void CheckAnswer(OpenLoop.Answer answer, List<Route> routes)
    {
        // The request's only row begins with 1: the factor is the version.
        Assert.Equal(answer.Version, answer.First);
        Assert.True(
            routes.Any(r => r.Version == answer.Version && r.From <= answer.Received && answer.Sent <= r.Until),
            $"version {answer.Version} answered a request at a time at which it was not routed to");
    }

    private static async Task GivenBackAsync(ApplianceProcess appliance, int swaps)
    {
        MetricsPage? page = null;
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                page = await MetricsPage.ReadAsync(appliance);
                return page.Value("appliance_model_sessions_total", ("event", "created")) - page.Value("appliance_model_sessions_total", ("event", "disposed")) == 1;
            },
            TimeSpan.FromSeconds(20), () => $"one session is left; the log:\n{appliance.Log}");
        Assert.Equal(swaps + 1, page!.Value("appliance_model_sessions_total", ("event", "created")));
        Assert.All(page.Samples("appliance_model_leases"), s => Assert.Equal(0, s.Value));
        Assert.Equal(0, page.Value("appliance_requests_inside"));
        Assert.Equal(0, page.Samples("appliance_model_state", ("state", "DRAINING")).Sum(s => s.Value));
    }

    /// <summary>A model that multiplies by a factor, and adds a zero that it looks up in its weights.</summary>
    private static byte[] Weighted(float factor) => new GraphBuilder("weighted")
        .Input(OnnxModels.Input, DataType.Float, -1, 4)
        .Output(OnnxModels.Output, DataType.Float, -1, 4)
        .Constant("factor", DataType.Float, [1], [factor])
        .Constant("weights", DataType.Float, [WeightElements], new float[WeightElements])
        .Node("Cast", [OnnxModels.Input], ["row"], GraphBuilder.Attribute("to", (long)DataType.Int64))
        .Node("Gather", ["weights", "row"], ["zero"])
        .Node("Mul", [OnnxModels.Input, "factor"], ["product"])
        .Node("Add", ["product", "zero"], [OnnxModels.Output])
        .Model();
}
