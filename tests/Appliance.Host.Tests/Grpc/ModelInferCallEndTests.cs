using Appliance.Http2.Frames;
using Appliance.Inference;
using Microsoft.Extensions.Time.Testing;

namespace Appliance.Host.Tests.Grpc;

/// <summary>However a call ends, its place is given back, once, and nobody runs what no one waits for any more where that can be helped.</summary>
public sealed class ModelInferCallEndTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, false)]
    [InlineData(3, false)]
    [InlineData(20, false)]
    [InlineData(0, true)]
    [InlineData(20, true)]
    public async Task A_caller_who_breaks_off_while_sending_leaves_nothing_behind(int sent, bool withTheConnection)
    {
        using var rig = new ModelInferRig();
        var caller = rig.Connect();
        var stream = caller.Begin();
        caller.Send(FrameCaller.Data(stream, ModelInferRig.Body().AsSpan(0, sent), ends: false));
        if (withTheConnection)
        {
            caller.BreakOff(new IOException("the connection was reset"));
            await caller.ServedAsync();
        }
        else
        {
            caller.Reset(stream);
            rig.Instance.Open();
            Assert.Equal(2, (await caller.EndAsync(caller.Call(ModelInferRig.Body(2)))).Value);
        }
        Assert.Empty(caller.Look(stream).Fields);
        rig.AllIsOver();
    }

    [Fact]
    public async Task A_reset_ends_a_request_that_waits_in_the_queue()
    {
        using var rig = new ModelInferRig();
        var held = await rig.OccupyAsync();
        var caller = rig.Connect();
        var (given, kept) = (caller.Call(ModelInferRig.Body(1, "given up")), caller.Call(ModelInferRig.Body(2, "kept")));
        Assert.Equal((2, 2), (rig.Inside, rig.Model.Batcher.Queue.Count));
        caller.Reset(given);
        Assert.Equal((1, 1), (rig.Inside, rig.Model.Batcher.Queue.Count));
        Assert.Equal(1, rig.Model.Statistics.FailedWith(ScoreStatus.Cancelled));
        // Nothing is left to be ended by it.
        caller.Reset(given);
        Assert.Equal((1, 1), (rig.Inside, rig.Model.Batcher.Queue.Count));
        rig.Instance.Open();
        Assert.Equal(2, (await caller.EndAsync(kept)).Value);
        await held;
        Assert.Empty(caller.Look(given).Fields);
        Assert.Equal(["held", "kept"], rig.Ran);
        rig.AllIsOver();
    }

    [Fact]
    public async Task The_answer_to_a_call_that_is_reset_while_it_runs_is_dropped_and_its_place_given_back_once()
    {
        using var rig = new ModelInferRig(gathers: true);
        var caller = rig.Connect();
        var given = caller.Call(ModelInferRig.Body(1));
        await rig.Instance.EnteredAsync(Cancellation);
        caller.Reset(given);
        caller.Reset(given);
        // It holds its place as long as it runs.
        Assert.Equal(1, rig.Inside);
        rig.Instance.Open();
        rig.AllIsOver();
        Assert.Equal(2, (await caller.EndAsync(caller.Call(ModelInferRig.Body(2)))).Value);
        Assert.Empty(caller.Look(given).Fields);
        rig.AllIsOver();
        Assert.Equal(2, rig.Model.Statistics.Success.Count);
    }

    [Fact]
    public async Task A_reset_in_the_read_that_brought_the_call_drops_its_answer()
    {
        using var rig = new ModelInferRig();
        rig.Instance.Open();
        var caller = rig.Connect();
        byte[] call = [.. caller.Headers(out var given), .. FrameCaller.Data(given, ModelInferRig.Body(1))];
        caller.Send([.. call, .. FrameCaller.Frame(FrameType.RstStream, 0, given, 0, 0, 0, 8)]);
        Assert.Empty(caller.Look(given).Fields);
        rig.AllIsOver();
        Assert.Equal(2, (await caller.EndAsync(caller.Call(ModelInferRig.Body(2)))).Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_ends_gives_back_all_that_its_calls_hold(bool withAFault)
    {
        using var rig = new ModelInferRig(gathers: true);
        var caller = rig.Connect();
        caller.Call(ModelInferRig.Body(1, "runs"));
        await rig.Instance.EnteredAsync(Cancellation);
        for (var i = 0; i < 5; i++) caller.Call(ModelInferRig.Body(i, "waits"));
        caller.Send(FrameCaller.Data(caller.Begin(), ModelInferRig.Body().AsSpan(0, 20), ends: false));
        Assert.Equal((6, 5), (rig.Inside, rig.Model.Batcher.Queue.Count));
        caller.BreakOff(withAFault ? new IOException("the connection was reset") : null);
        await caller.ServedAsync();
        Assert.Equal((1, 0), (rig.Inside, rig.Model.Batcher.Queue.Count));
        rig.Instance.Open();
        rig.AllIsOver();
        Assert.Equal(["runs"], rig.Ran);
    }

    [Fact]
    public async Task A_deadline_that_passes_in_the_queue_is_told_while_the_instance_is_busy()
    {
        var time = new FakeTimeProvider();
        using var rig = new ModelInferRig(time: time);
        var held = await rig.OccupyAsync();
        var caller = rig.Connect();
        var (brief, patient) = (caller.Call(ModelInferRig.Body(1), ("grpc-timeout", "5m")), caller.Call(ModelInferRig.Body(2), ("grpc-timeout", "6m")));
        time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.True(rig.Model.Batcher.ExpireOverdue());
        Assert.Equal(("4", "The deadline passed before the request ran"), (caller.Look(brief).Status, caller.Look(brief).Message));
        Assert.Equal(1, rig.Inside);
        rig.Instance.Open();
        Assert.Equal(2, (await caller.EndAsync(patient)).Value);
        await held;
        rig.AllIsOver();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Calls_that_are_reset_at_random_moments_end_once_each(int seed)
    {
        using var rig = new ModelInferRig(gathers: true);
        rig.Instance.Open();
        var caller = rig.Connect();
        caller.OpenWindow(0, 1 << 30);
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            int[] streams = [.. Enumerable.Range(0, 20).Select(i => caller.Call(ModelInferRig.Body(i)))];
            var resets = streams.Where(_ => random.Next(2) == 0).ToHashSet();
            Thread.SpinWait(random.Next(2_000));
            // Together, so that they meet the answers of a batch.
            caller.Send([.. resets.SelectMany(s => FrameCaller.Frame(FrameType.RstStream, 0, s, 0, 0, 0, 8))]);
            // A call object that served two streams at once would answer one of them with the other's words.
            foreach (var (i, stream) in streams.Index())
            {
                if (!resets.Contains(stream)) Assert.Equal(i, (await caller.EndAsync(stream)).Value);
            }
            rig.AllIsOver();
        }
    }
}
