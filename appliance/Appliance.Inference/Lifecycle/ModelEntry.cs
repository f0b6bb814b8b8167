namespace Appliance.Inference.Lifecycle;

/// <summary>What the model manager knows of one model. The gate is held by the one operation that changes it; <c>Statuses</c> may be read at any time.</summary>
internal sealed class ModelEntry(string name, ModelSlot slot)
{
    // Guards _statuses.
    private readonly Lock _statusGate = new();
    private readonly SortedDictionary<long, (ModelState State, string Reason)> _statuses = [];

    public string Name { get; } = name;
    public ModelSlot Slot { get; } = slot;

    /// <summary>One operation on a model at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Fingerprints of the ready versions. Under the gate.</summary>
    public Dictionary<long, string> Ready { get; } = [];

    /// <summary>Fingerprints of versions that were refused, so that a poll does not try the same files again. Under the gate.</summary>
    public Dictionary<long, string> Refused { get; } = [];

    /// <summary>Why the model as a whole was refused last. Under the gate.</summary>
    public string LastRefusal { get; set; } = "";

    /// <summary>The pinned version; 0 for none. Under the gate.</summary>
    public long Pinned { get; set; }

    /// <summary>Versions routed to before, latest last. Under the gate.</summary>
    public List<long> History { get; } = [];

    /// <summary>What the last load that was not refused brought along. Under the gate.</summary>
    public LoadParameters Parameters { get; set; } = LoadParameters.None;

    /// <summary>Whether another entry stands for the name by now, or none. Under the gate.</summary>
    public bool Forgotten { get; set; }

    /// <summary>Whether somebody wants this model served.</summary>
    public bool Wanted { get; set; }

    public void Set(long version, ModelState state, string reason = "")
    {
        lock (_statusGate)
        {
            // The entry of version 0 stands for the model as a whole, while nothing is known of its versions.
            if (version != 0) _statuses.Remove(0);
            _statuses[version] = (state, reason);
        }
    }

    /// <summary>Changes a state only if it still is what it was: a version may have been loaded again meanwhile.</summary>
    public void SetIf(long version, ModelState from, ModelState to, string reason)
    {
        lock (_statusGate)
        {
            if (_statuses.TryGetValue(version, out var status) && status.State == from) _statuses[version] = (to, reason);
        }
    }

    /// <summary>Drops what is known of a version that is no longer there.</summary>
    public void Forget(long version)
    {
        lock (_statusGate) _statuses.Remove(version);
    }

    public (long Version, ModelState State, string Reason)[] Statuses()
    {
        lock (_statusGate) return [.. _statuses.Select(s => (s.Key, s.Value.State, s.Value.Reason))];
    }
}
