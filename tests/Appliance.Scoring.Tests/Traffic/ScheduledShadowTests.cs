using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Shadows;
using TestKit;

namespace Appliance.Scoring.Tests.Traffic;

/// <summary>Shadows of models whose batches are scheduled, as the served version, as the shadow, or as both.</summary>
public sealed class ScheduledShadowTests
{
    private const int Requests = 40, Preferred = 4;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly ModelSignature Signature = SignatureBuilder.Batched(Preferred).Input("x", Datatype.FP32, 1).Output("y", Datatype.FP32, 1).Build();

    private readonly InterruptedTime _time = new();
    private readonly TestModels _models;

    public ScheduledShadowTests() => _models = new TestModels(_time);

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Every_answered_request_is_copied_and_compared(bool servedIsScheduled, bool shadowIsScheduled)
    {
        var served = Serve(1, servedIsScheduled, adds: 0);
        var shadow = Serve(2, shadowIsScheduled, adds: 1);
        var lane = Split();
        for (var sent = 0; sent < Requests; sent += Preferred)
        {
            // As many as are a batch: whoever waits for a preferred size gets it.
            var entries = Enumerable.Range(sent, Preferred).Select(Rent).ToArray();
            var answers = entries.Select(e => _models.Pipeline.InferAsync(e).AsTask()).ToArray();
            Assert.All(await Task.WhenAll(answers).WaitAsync(Limit, TestContext.Current.CancellationToken), s => Assert.Equal(ScoreStatus.Ok, s));
            foreach (var entry in entries) _models.Pipeline.Return(entry);
            // One copy runs at a time: in a schedule it waits for the queue delay, which the test lets pass.
            Assert.True(SpinWait.SpinUntil(() => PassTime(lane), Limit), $"{lane.Waiting} copies still wait");
        }
        Assert.Equal((Requests, Requests, 1d), (lane.Statistics.Comparisons.Compared, lane.Statistics.Comparisons.Disagreed, lane.Statistics.Take().MeanDifference));
        Assert.Equal((0, 0), (lane.Statistics.Busy, lane.Statistics.Take().Errors));
        Assert.Equal((0, 0), (served.Leases, shadow.Leases));
        Assert.Equal(0, _models.Gate.Inside);
    }

    [Fact]
    public async Task A_shadow_whose_queue_rejects_what_waits_too_long_costs_its_callers_nothing()
    {
        Serve(1, isScheduled: false, adds: 0);
        var gate = new GatedModelInstance(Signature, _time);
        var shadow = _models.Serve(
            Builder(2, new ScheduleSettings { PreferredSizes = [Preferred], MaxQueueDelay = TimeSpan.FromHours(1), DefaultLimits = new() { Waiting = new(TimeSpan.FromSeconds(1), false) } }), gate);
        var lane = Split();
        var entry = Rent(0);
        Assert.Equal(ScoreStatus.Ok, await _models.Pipeline.InferAsync(entry));
        _models.Pipeline.Return(entry);
        Assert.True(SpinWait.SpinUntil(() => PassTime(lane), Limit), "the copy still waits");
        Assert.Equal((1, 0), (lane.Statistics.Busy, lane.Statistics.Comparisons.Compared));
        Assert.Equal(0, shadow.Leases);
    }

    private bool PassTime(ShadowLane lane)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return lane.Waiting == 0;
    }

    private ShadowLane Split()
    {
        _models.Traffic.Route("m", 1);
        _models.Traffic.Split("m", new TrafficRequest([new(1, 10_000)], [new ShadowShare(2, 10_000, 0.5)], "ann", "why"));
        return _models.Traffic.RouteOf("m")!.Split!.Shadows.Single();
    }

    private ServingModel Serve(long version, bool isScheduled, float adds) => _models.Serve(
        Builder(version, isScheduled ? new ScheduleSettings { PreferredSizes = [Preferred], MaxQueueDelay = TimeSpan.FromSeconds(10) } : null),
        new ScriptedModelInstance(Signature, _time, inputs => [ScriptedTensor.Of("y", Datatype.FP32, inputs[0].Shape, [.. inputs[0].Values<float>().Select(x => x + adds)])]));

    private ServedModelBuilder Builder(long version, ScheduleSettings? schedule) => new(Signature, _time) { Version = version, Schedule = schedule };

    private BatchEntry Rent(int x)
    {
        Assert.True(_models.Pipeline.TryRent(out var entry));
        return new EntryBuilder(entry).For("m").Floats("x", [1, 1], x).Build();
    }
}
