using Appliance.Inference.Statistics;
using System.Runtime.InteropServices;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;
using TestKit;

namespace Appliance.Scoring.Tests;

/// <summary>The request path over a scripted repository, whose versions answer x + version.</summary>
internal sealed class PipelineRig
{
    public PipelineRig(int limit = 100, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        Gate = new AdmissionGate(limit);
        Source = new ScriptedModelSource(time);
        Traffic = new TrafficTable(Directory);
        Pipeline = new ScoringPipeline(Directory, Traffic, Gate, Pool, time);
        Manager = new ModelManager(
            Source, Directory, Traffic, new ModelManagerOptions { ControlMode = ModelControlMode.Explicit, LoadAtStart = ["*"] }, new ModelPins("", new RecordingLogger<ModelPins>()), new LoadStatistics(), time, new RecordingLogger<ModelManager>());
    }

    public ModelDirectory Directory { get; } = new();
    public TrafficTable Traffic { get; }
    public BatchEntryPool Pool { get; } = new();
    public AdmissionGate Gate { get; }
    public ScriptedModelSource Source { get; }
    public ScoringPipeline Pipeline { get; }
    public ModelManager Manager { get; }

    public Task<AdminResult> LoadAsync(string model = "m") => Manager.LoadAsync(model, LoadParameters.None, TestContext.Current.CancellationToken);

    public ServingModel Version(long version)
    {
        Assert.True(Directory.TryFind("m", out var slot));
        return slot.Find(version)!;
    }

    /// <summary>An admitted request for the sum of one number.</summary>
    public BatchEntry Rent(float x, long version = 0, string model = "m")
    {
        Assert.True(Pipeline.TryRent(out var entry));
        return new EntryBuilder(entry).For(model, version).Floats("x", [1, 1], x).Build();
    }

    public static float Answer(BatchEntry entry) => MemoryMarshal.Read<float>(entry.BytesOf(entry.Outputs[0]));

    /// <summary>Sends one request and checks that a version answered it rightly; the number of the version.</summary>
    public async Task<long> InferAsync(float x, long version = 0)
    {
        var entry = Rent(x, version);
        var status = await Pipeline.InferAsync(entry);
        Assert.True(status == ScoreStatus.Ok, entry.Error);
        var served = entry.Model!.Version;
        Assert.Equal(x + served, Answer(entry));
        Pipeline.Return(entry);
        return served;
    }
}
