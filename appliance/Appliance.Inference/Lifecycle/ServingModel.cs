// Hot path: leases are counted here.
using Appliance.Inference.Batching;
using Appliance.Inference.Repository;
using Appliance.Inference.Statistics;
using Appliance.Inference.Tensors;
using Contracts;
using ModelConfig = Contracts.Inference.ModelConfig;

namespace Appliance.Inference.Lifecycle;

/// <summary>
/// One loaded version: what it takes, its queue, its counters. Immutable but for the lease count.
/// Disposed by the model manager once it drains and its last lease is back, never by a request.
/// </summary>
public sealed class ServingModel(
    string name, long version, ModelSignature signature, DynamicBatcher batcher, ModelStatistics statistics, ModelConfig config, ModelManifest? manifest)
    : IDisposable
{
    // The sign bit says draining; the rest counts leases.
    private const int DrainingBit = int.MinValue;

    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _leases;

    public string Name { get; } = name;
    public long Version { get; } = version;

    /// <summary>The version in decimal, as the protocol writes it.</summary>
    public string VersionText { get; } = version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public ModelSignature Signature { get; } = signature;
    public DynamicBatcher Batcher { get; } = batcher;
    public ModelStatistics Statistics { get; } = statistics;

    /// <summary>The configuration in force, completed from the graph. Not to be changed.</summary>
    public ModelConfig Config { get; } = config;

    public ModelManifest? Manifest { get; } = manifest;

    /// <summary>What its answers have in common, already encoded. Made by the transport's encoder on first use.</summary>
    public object? EncodedAnswers { get; set; }

    /// <summary>Business features bound to this version's tensors. Made by the scorer on first use.</summary>
    public object? FeatureBinding { get; set; }

    /// <summary>Its features bound to the feature service as that is served now. Made by the scorer, again whenever definitions change.</summary>
    public object? EntityBinding { get; set; }

    /// <summary>Labels that its metrics carry besides its name and version.</summary>
    public IReadOnlyDictionary<string, string> MetricTags { get; init; } = new Dictionary<string, string>();

    /// <summary>Why its requests are not merged although its graph has a dynamic first dimension; empty otherwise.</summary>
    public string UnbatchedReason { get; init; } = "";

    /// <summary>What the loader measured of it.</summary>
    public RunProfile Profile { get; init; } = RunProfile.Unknown;

    /// <summary>Leases out now.</summary>
    public int Leases => Volatile.Read(ref _leases) & int.MaxValue;

    /// <summary>Counts a request in; false once the version drains.</summary>
    public bool TryAcquire()
    {
        if (Interlocked.Increment(ref _leases) > 0) return true;
        Release();
        return false;
    }

    /// <summary>Counts requests out.</summary>
    public void Release(int requests = 1)
    {
        if (Interlocked.Add(ref _leases, -requests) == DrainingBit) _drained.TrySetResult();
    }

    /// <summary>Refuses new leases; the task ends when the last one is back.</summary>
    public Task DrainAsync()
    {
        if (Interlocked.Or(ref _leases, DrainingBit) is 0) _drained.TrySetResult();
        return _drained.Task;
    }

    public void Dispose() => Batcher.Dispose();
}
