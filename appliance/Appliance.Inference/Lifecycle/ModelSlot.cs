// Hot path: every request finds its version here.
namespace Appliance.Inference.Lifecycle;

/// <summary>
/// All ready versions of one model. Readers take the current state without a lock; the model manager alone replaces it.
/// </summary>
public sealed class ModelSlot(string name)
{
    private volatile ServingModel[] _ready = [];
    private volatile ServingModel[] _draining = [];

    // Guards the replacement of _draining: versions drain side by side.
    private readonly Lock _gate = new();

    public string Name { get; } = name;

    /// <summary>Ready versions, highest first.</summary>
    public IReadOnlyList<ServingModel> Ready => _ready;

    /// <summary>Versions that take no request any more and still have some. Only the deadlines of those are of interest.</summary>
    public IReadOnlyList<ServingModel> Draining => _draining;

    /// <summary>Leases a version by number; false when it is not ready (any more).</summary>
    public bool TryAcquire(long version, out ServingModel? model)
    {
        foreach (var candidate in _ready)
        {
            if (candidate.Version != version) continue;
            model = candidate;
            return candidate.TryAcquire();
        }
        model = null;
        return false;
    }

    /// <summary>The ready version of that number, without a lease: for its description only.</summary>
    public ServingModel? Find(long version) => Array.Find(_ready, m => m.Version == version);

    /// <summary>Adds a version that became ready, in place of one of the same number, which drains. Called by the model manager alone.</summary>
    internal void Join(ServingModel model)
    {
        if (Find(model.Version) is { } replaced) BeginDrain(replaced);
        _ready = [.. _ready.Where(m => m.Version != model.Version).Append(model).OrderByDescending(m => m.Version)];
    }

    /// <summary>Takes a version out, so that nobody finds it any more: it drains. Called by the model manager alone.</summary>
    internal void Leave(ServingModel model)
    {
        BeginDrain(model);
        _ready = [.. _ready.Where(m => !ReferenceEquals(m, model))];
    }

    /// <summary>Forgets a version that has drained.</summary>
    internal void EndDrain(ServingModel model)
    {
        lock (_gate) _draining = [.. _draining.Where(m => !ReferenceEquals(m, model))];
    }

    private void BeginDrain(ServingModel model)
    {
        lock (_gate) _draining = [.. _draining, model];
    }
}
