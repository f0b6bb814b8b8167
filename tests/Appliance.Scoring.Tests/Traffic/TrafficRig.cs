using System.Runtime.InteropServices;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Statistics;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Rollouts;
using TestKit;

namespace Appliance.Scoring.Tests.Traffic;

/// <summary>
/// The request path with traffic control and rollouts over a scripted repository, whose model "m" answers x + version. Its state folder outlives it, as
/// a restart does.
/// </summary>
internal sealed class TrafficRig
{
    public TrafficRig(string folder = "", TimeProvider? time = null, ScriptedModelSource? source = null)
    {
        Time = time ?? TimeProvider.System;
        Source = source ?? new ScriptedModelSource(Time);
        Traffic = new TrafficTable(Directory, folder, Time, TableLog);
        Manager = new ModelManager(
            Source, Directory, Traffic, new ModelManagerOptions { ControlMode = ModelControlMode.Explicit, LoadAtStart = ["*"] },
            new ModelPins("", new RecordingLogger<ModelPins>()), new LoadStatistics(), Time, ManagerLog);
        Control = new TrafficControl(Traffic, Manager);
        Rollouts = new RolloutController(Traffic, Control, Manager, Directory, folder, Time, RolloutLog);
        Pipeline = new ScoringPipeline(Directory, Traffic, new AdmissionGate(1_000), new BatchEntryPool(), Time);
    }

    public TimeProvider Time { get; }
    public ScriptedModelSource Source { get; }
    public ModelDirectory Directory { get; } = new();
    public TrafficTable Traffic { get; }
    public ModelManager Manager { get; }
    public TrafficControl Control { get; }
    public RolloutController Rollouts { get; }
    public ScoringPipeline Pipeline { get; }
    public RecordingLogger<TrafficTable> TableLog { get; } = new();
    public RecordingLogger<ModelManager> ManagerLog { get; } = new();
    public RecordingLogger<RolloutController> RolloutLog { get; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts with versions of "m" in the repository; by default the latest alone is wanted and loaded.</summary>
    public static async Task<TrafficRig> StartAsync(string folder = "", TimeProvider? time = null, params long[] versions)
    {
        var rig = new TrafficRig(folder, time);
        rig.Source.Put("m", versions);
        await rig.Manager.StartAsync(Cancellation);
        return rig;
    }

    /// <summary>Another process over the same repository and state folder.</summary>
    public async Task<TrafficRig> RestartAsync(string folder)
    {
        await Manager.StopAsync(Cancellation);
        var rig = new TrafficRig(folder, Time, Source);
        await rig.Manager.StartAsync(Cancellation);
        return rig;
    }

    public Task<TrafficResult> SetAsync(params (long Version, int BasisPoints)[] arms) => SetAsync(arms, []);

    public Task<TrafficResult> SetAsync((long Version, int BasisPoints)[] arms, ShadowShare[] shadows) =>
        Control.SetAsync("m", new TrafficRequest([.. arms.Select(a => new TrafficShare(a.Version, a.BasisPoints))], shadows, "ann", "because"), Cancellation);

    /// <summary>Sends a request, checks that a version answered it rightly, and says which.</summary>
    public async Task<long> InferAsync(string key = "", long version = 0, float x = 1)
    {
        var entry = Rent(key, version, x);
        var status = await Pipeline.InferAsync(entry);
        Assert.True(status == ScoreStatus.Ok, entry.Error);
        var served = entry.Model!.Version;
        Assert.Equal(x + served, MemoryMarshal.Read<float>(entry.BytesOf(entry.Outputs[0])));
        Pipeline.Return(entry);
        return served;
    }

    public BatchEntry Rent(string key = "", long version = 0, float x = 1)
    {
        Assert.True(Pipeline.TryRent(out var entry));
        Assert.True(CallerKey.TrySet(entry, key));
        return new EntryBuilder(entry).For("m", version).Floats("x", [1, 1], x).Build();
    }

    /// <summary>How many of so many requests each version answered.</summary>
    public async Task<Dictionary<long, int>> SpreadAsync(int requests, Func<int, string>? key = null)
    {
        var counts = new Dictionary<long, int>();
        for (var i = 0; i < requests; i++)
        {
            var version = await InferAsync(key?.Invoke(i) ?? "");
            counts[version] = counts.GetValueOrDefault(version) + 1;
        }
        return counts;
    }

    /// <summary>Waits until the shadow of that version has nothing left to do.</summary>
    public void ShadowIsIdle(long version)
    {
        var lane = Traffic.RouteOf("m")!.Split!.Shadows.Single(s => s.Share.Version == version);
        Assert.True(SpinWait.SpinUntil(() => lane.Waiting == 0, TimeSpan.FromSeconds(20)), $"{lane.Waiting} copies still wait");
    }

    /// <summary>Versions of "m" that are ready.</summary>
    public IEnumerable<long> Ready => Directory.TryFind("m", out var slot) ? slot.Ready.Select(m => m.Version).Order() : [];
}
