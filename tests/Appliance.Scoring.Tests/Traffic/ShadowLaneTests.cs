using System.Runtime.InteropServices;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Shadows;
using TestKit;

namespace Appliance.Scoring.Tests.Traffic;

public sealed class ShadowLaneTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shadow_sees_every_answered_request_and_its_disagreement_is_counted()
    {
        // Version 2 answers one more than version 1.
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        await rig.SetAsync([(1, 10_000)], [new ShadowShare(2, 10_000, 0.5)]);
        for (var i = 0; i < 40; i++) await rig.InferAsync(x: i);
        rig.ShadowIsIdle(2);
        var tally = rig.Traffic.StatisticsOf("m", 2, isShadow: true)!.Take();
        Assert.Equal((40, 0, 40, 40), (tally.Requests, tally.Errors, tally.Compared, tally.Disagreed));
        Assert.Equal(1, tally.MeanDifference, 5);
        Assert.Equal(40, tally.Scores.Total);
        Assert.Equal(40, rig.Traffic.StatisticsOf("m", 1, isShadow: false)!.Take().Requests);
    }

    [Fact]
    public async Task Differences_within_the_tolerance_are_none()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        await rig.SetAsync([(1, 10_000)], [new ShadowShare(2, 10_000, 1)]);
        for (var i = 0; i < 10; i++) await rig.InferAsync(x: i);
        rig.ShadowIsIdle(2);
        Assert.Equal((10, 0), rig.Traffic.StatisticsOf("m", 2, isShadow: true)!.Comparisons);
    }

    [Fact]
    public async Task Exactly_the_share_of_the_requests_is_copied()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        await rig.SetAsync([(1, 10_000)], [new ShadowShare(2, 2_500, 0)]);
        for (var i = 0; i < 400; i++)
        {
            await rig.InferAsync();
            rig.ShadowIsIdle(2);
        }
        Assert.Equal(100, rig.Traffic.StatisticsOf("m", 2, isShadow: true)!.Take().Requests);
    }

    [Fact]
    public async Task A_shadow_that_fails_or_is_away_costs_its_callers_nothing()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        await rig.SetAsync([(1, 10_000)], [new ShadowShare(2, 10_000, 0)]);
        rig.Source.Remove("m", 2);
        await rig.Manager.LoadAsync("m", Inference.Lifecycle.LoadParameters.None, Cancellation);
        Assert.Equal([1L], rig.Ready);
        for (var i = 0; i < 10; i++) Assert.Equal(1, await rig.InferAsync());
        rig.ShadowIsIdle(2);
        Assert.Equal(10, rig.Traffic.StatisticsOf("m", 2, isShadow: true)!.Away);
        Assert.Equal(0, rig.Traffic.StatisticsOf("m", 1, isShadow: false)!.Take().Errors);
    }

    [Fact]
    public async Task Copies_that_find_too_many_waiting_are_dropped_and_counted()
    {
        var (lane, entry, instance) = Gated();
        for (var i = 0; i < ShadowLane.MaxWaiting + 30; i++) lane.Offer(entry, [1]);
        await instance.EnteredAsync(Cancellation);
        Assert.Equal(30, lane.Statistics.Busy);
        Assert.Equal(ShadowLane.MaxWaiting, lane.Waiting);
        instance.Open();
        Assert.True(SpinWait.SpinUntil(() => lane.Waiting == 0, TimeSpan.FromSeconds(20)));
        Assert.Equal((ShadowLane.MaxWaiting, 0), ((int)lane.Statistics.Take().Requests, (int)lane.Statistics.Take().Errors));
        // There is room again.
        lane.Offer(entry, [1]);
        Assert.Equal(30, lane.Statistics.Busy);
        Assert.True(SpinWait.SpinUntil(() => lane.Waiting == 0, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void A_request_that_is_too_large_is_not_copied()
    {
        var (lane, _, instance) = Gated();
        var large = new EntryBuilder().For("m").Floats("x", [1, 20_000], new float[20_000]).Build();
        lane.Offer(large, [1]);
        Assert.Equal((1, 0), (lane.Statistics.TooLarge, lane.Waiting));
        instance.Open();
    }

    [Fact]
    public void A_copy_does_not_change_when_the_request_it_was_made_of_does()
    {
        var content = MemoryMarshal.AsBytes<float>([1, 2]).ToArray();
        var source = new EntryBuilder().For("m").Raw("x", Datatype.FP32, [1, 2], content).Build();
        var copy = new ShadowRequest();
        copy.Fill(source, (int)ShadowRequest.SizeOf(source), [3, 4]);
        content.AsSpan().Clear();
        source.Reset();
        ref var input = ref copy.Entry.Inputs[0];
        Assert.Equal([1f, 2f], MemoryMarshal.Cast<byte, float>(input.Content.Span).ToArray());
        Assert.Equal("x"u8.ToArray(), input.Name.ToArray());
        Assert.Equal([1L, 2], copy.Entry.ShapeOf(input).ToArray());
        Assert.Equal([3d, 4], copy.Served.ToArray());
    }

    [Fact]
    public async Task A_shadow_whose_inputs_are_others_counts_errors_and_says_why()
    {
        var models = new TestModels(TimeProvider.System);
        Serve(models, 1, "x");
        Serve(models, 2, "another");
        models.Traffic.Route("m", 1);
        models.Traffic.Split("m", new TrafficRequest([new(1, 10_000)], [new ShadowShare(2, 10_000, 0)], "ann", "why"));
        Assert.True(models.Pipeline.TryRent(out var entry));
        new EntryBuilder(entry).For("m").Floats("x", [1, 1], 1).Build();
        Assert.Equal(ScoreStatus.Ok, await models.Pipeline.InferAsync(entry));
        models.Pipeline.Return(entry);
        var lane = models.Traffic.RouteOf("m")!.Split!.Shadows.Single();
        Assert.True(SpinWait.SpinUntil(() => lane.Waiting == 0, TimeSpan.FromSeconds(20)));
        Assert.Equal(1, lane.Statistics.EndedWith(ScoreStatus.InvalidArgument));
        Assert.Equal("unexpected inference input 'x' for model 'm'", lane.Statistics.LastError);
        foreach (var model in models.Directory.Slots.SelectMany(s => s.Ready)) Assert.Equal(0, model.Leases);
    }

    [Fact]
    public async Task Versions_that_answer_with_texts_alone_are_compared_by_them()
    {
        var models = new TestModels(TimeProvider.System);
        var signature = SignatureBuilder.Batched(4).Input("x", Datatype.Bytes, 2).Output("y", Datatype.Bytes, 2).Build();
        foreach (var version in new[] { 1L, 2 })
        {
            // Version 2 has another word for one label of the two.
            models.Serve("m", version, signature, new ScriptedModelInstance(signature, models.Time, inputs =>
                [ScriptedTensor.OfStrings("y", inputs[0].Shape, [.. inputs[0].Strings().Select(s => version == 2 ? s.Replace("no", "never") : s)])]));
        }
        models.Traffic.Route("m", 1);
        models.Traffic.Split("m", new TrafficRequest([new(1, 10_000)], [new ShadowShare(2, 10_000, 0.5)], "ann", "why"));
        Assert.True(models.Pipeline.TryRent(out var entry));
        new EntryBuilder(entry).For("m").Strings("x", [3, 2], "yes", "a", "no", "bb", "yes", "").Build();
        Assert.Equal(ScoreStatus.Ok, await models.Pipeline.InferAsync(entry));
        models.Pipeline.Return(entry);
        var lane = models.Traffic.RouteOf("m")!.Split!.Shadows.Single();
        Assert.True(SpinWait.SpinUntil(() => lane.Waiting == 0, TimeSpan.FromSeconds(20)));
        var tally = lane.Statistics.Take();
        Assert.Equal((1, 0, 3, 1, 0), (tally.Requests, tally.Errors, tally.Compared, tally.Disagreed, tally.MeanDifference));
        Assert.Equal(0, tally.Scores.Total);
    }

    private static void Serve(TestModels models, long version, string input)
    {
        var signature = SignatureBuilder.Batched(4).Input(input, Datatype.FP32, 1).Output("y", Datatype.FP32, 1).Build();
        models.Serve("m", version, signature, new ScriptedModelInstance(signature, models.Time, inputs => [inputs[0] with { Name = "y" }]));
    }

    private static (ShadowLane Lane, BatchEntry Entry, GatedModelInstance Instance) Gated()
    {
        var models = new TestModels(TimeProvider.System);
        var signature = SignatureBuilder.Echo(4, Datatype.FP32, -1);
        var instance = new GatedModelInstance(signature, models.Time);
        models.Serve("m", 1, signature, instance);
        var statistics = new Appliance.Scoring.Traffic.Arms.ArmStatistics(models.Time);
        var lane = new ShadowLane(models.Directory.GetOrAdd("m"), new ShadowShare(1, 10_000, 0), statistics, models.Time);
        return (lane, new EntryBuilder().For("m").Floats("x", [1, 1], 1).Build(), instance);
    }
}
