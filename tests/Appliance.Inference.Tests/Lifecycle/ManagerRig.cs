using Appliance.Inference.Statistics;
using Appliance.Inference.Lifecycle;
using Microsoft.Extensions.Time.Testing;
using TestKit;

namespace Appliance.Inference.Tests.Lifecycle;

/// <summary>A model manager over a scripted repository.</summary>
internal sealed class ManagerRig
{
    public ManagerRig(ModelManagerOptions? options = null, ModelPins? pins = null, ScriptedModelSource? source = null)
    {
        Source = source ?? new ScriptedModelSource(Time);
        Pins = pins ?? new ModelPins("", new RecordingLogger<ModelPins>());
        Manager = new ModelManager(Source, Directory, Router, options ?? new ModelManagerOptions { ControlMode = ModelControlMode.Explicit, LoadAtStart = ["*"] }, Pins, Metrics, Time, Log);
    }

    public FakeTimeProvider Time { get; } = new();
    public ScriptedModelSource Source { get; }
    public ModelDirectory Directory { get; } = new();
    public RecordingRouter Router { get; } = new();
    public ModelPins Pins { get; }
    public LoadStatistics Metrics { get; } = new();
    public RecordingLogger<ModelManager> Log { get; } = new();
    public ModelManager Manager { get; }
    public SessionLedger Sessions => Source.Sessions;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A manager that has loaded a model with these versions present.</summary>
    public static async Task<ManagerRig> StartedAsync(string model, params long[] versions)
    {
        var rig = new ManagerRig();
        rig.Source.Put(model, versions);
        await rig.StartAsync();
        return rig;
    }

    public Task StartAsync() => Manager.StartAsync(Cancellation);

    public Task<AdminResult> LoadAsync(string model = "m") => Manager.LoadAsync(model, LoadParameters.None, Cancellation);

    public Task<AdminResult> UnloadAsync(string model = "m") => Manager.UnloadAsync(model, unloadDependents: false, Cancellation);

    public Task<AdminResult> PinAsync(long version) => Manager.PinAsync("m", version, "ann", Cancellation);

    public Task<AdminResult> UnpinAsync() => Manager.UnpinAsync("m", Cancellation);

    public Task<AdminResult> RollbackAsync() => Manager.RollbackAsync("m", "ann", Cancellation);

    public Task PollAsync() => Manager.PollOnceAsync(Cancellation);

    public long[] Ready(string model = "m") => Directory.TryFind(model, out var slot) ? [.. slot.Ready.Select(r => r.Version)] : [];

    public ServingModel Version(long version)
    {
        Assert.True(Directory.TryFind("m", out var slot));
        return slot.Find(version) ?? throw new InvalidOperationException($"version {version} is not ready");
    }

    /// <summary>Waits until this many versions in all were unloaded for good.</summary>
    public Task UnloadedAsync(int times) => Log.LoggedAsync(EventIds.ModelUnloaded, times, Cancellation);

    /// <summary>The index in words: "m 1 Ready routed pinned: reason".</summary>
    public IEnumerable<string> Index() => Manager.Index().Select(s =>
        $"{s.Model} {s.Version} {s.State}{(s.Routed ? " routed" : "")}{(s.Pinned ? " pinned" : "")}{(s.Reason.Length > 0 ? $": {s.Reason}" : "")}");
}
