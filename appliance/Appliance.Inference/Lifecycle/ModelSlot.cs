// Hot path: every request finds its version here.
namespace Appliance.Inference.Lifecycle;

/// <summary>
/// All ready versions of one model. Readers take the current state without a lock; the model manager alone replaces it.
/// </summary>
public sealed class ModelSlot(string name)
{
    private volatile ServingModel[] _ready = [];

    public string Name { get; } = name;

    /// <summary>Ready versions, highest first.</summary>
    public IReadOnlyList<ServingModel> Ready => _ready;

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

    /// <summary>Adds a version that became ready, in place of one of the same number. Called by the model manager alone.</summary>
    internal void Join(ServingModel model) =>
        _ready = [.. _ready.Where(m => m.Version != model.Version).Append(model).OrderByDescending(m => m.Version)];

    /// <summary>Takes a version out, so that nobody finds it any more. Called by the model manager alone.</summary>
    internal void Leave(ServingModel model) => _ready = [.. _ready.Where(m => !ReferenceEquals(m, model))];
}
