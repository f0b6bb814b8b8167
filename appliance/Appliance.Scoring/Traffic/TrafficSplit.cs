// Hot path of models whose requests are split.
using System.Text;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic.Arms;
using Appliance.Scoring.Traffic.Shadows;

namespace Appliance.Scoring.Traffic;

/// <summary>
/// Splits a model's requests among versions. A caller with a key stays with one version for as long as the shares leave it there; requests without
/// one are dealt out in turn, so that of any 10,000 in a row each version gets exactly its share. Thread-safe.
/// </summary>
public sealed class TrafficSplit
{
    // Prime to the number of buckets and near the golden section of it: the turns visit every bucket, neighbours far apart.
    private const long Stride = 6_181;

    private readonly byte[] _armOf;
    private readonly ulong _salt;
    private long _turn;

    internal TrafficSplit(string model, TrafficSetting setting, TrafficArm[] arms, ShadowLane[] shadows)
    {
        Setting = setting;
        Arms = arms;
        Shadows = shadows;
        _armOf = BucketMap.Table(setting.Arms);
        _salt = CallerKey.Hash(Encoding.UTF8.GetBytes(model));
    }

    public TrafficSetting Setting { get; }

    /// <summary>In the order of the setting.</summary>
    public IReadOnlyList<TrafficArm> Arms { get; }

    public IReadOnlyList<ShadowLane> Shadows { get; }

    /// <summary>
    /// Leases the version that the request falls to. Where that one is not ready, its requests go to the others in proportion to their shares; false
    /// when none is.
    /// </summary>
    public bool TryAcquire(BatchEntry entry, ModelSlot slot)
    {
        var bucket = entry.HasCaller ? CallerKey.BucketOf(entry.Caller, _salt) : NextBucket();
        var chosen = Arms[_armOf[bucket]];
        return TryLease(entry, slot, chosen) || TryAcquireOther(entry, slot, chosen, bucket);
    }

    /// <summary>The bucket of the next request without a key.</summary>
    internal int NextBucket() => (int)((ulong)(Interlocked.Increment(ref _turn) * Stride) % BucketMap.Buckets);

    /// <summary>The version that a caller's requests go to while every version is ready.</summary>
    public long VersionOf(ulong caller) => Arms[_armOf[CallerKey.BucketOf(caller, _salt)]].Version;

    private bool TryLease(BatchEntry entry, ModelSlot slot, TrafficArm arm)
    {
        if (!slot.TryAcquire(arm.Version, out var model)) return false;
        entry.Lease(model!);
        entry.Observer = arm;
        return true;
    }

    // A caller's bucket decides here too, so that it stays with one of the others while the chosen one is away.
    private bool TryAcquireOther(BatchEntry entry, ModelSlot slot, TrafficArm chosen, int bucket)
    {
        chosen.Statistics.Rerouted();
        var total = 0;
        foreach (var arm in Arms)
        {
            if (arm != chosen && slot.Find(arm.Version) is not null) total += arm.BasisPoints;
        }
        var at = total == 0 ? 0 : (int)(CallerKey.Mixed((ulong)bucket) % (ulong)total);
        foreach (var arm in Arms)
        {
            if (arm == chosen || slot.Find(arm.Version) is null) continue;
            at -= arm.BasisPoints;
            if (at < 0 && TryLease(entry, slot, arm)) return true;
        }
        // One that was ready has gone meanwhile, or those that are ready have no share: any of them is better than none.
        foreach (var arm in Arms)
        {
            if (arm != chosen && TryLease(entry, slot, arm)) return true;
        }
        return false;
    }
}
