using Appliance.Inference.Lifecycle;

namespace TestKit;

/// <summary>
/// A model repository that a test writes: models, versions and what their policies want, refusals, and loads that wait. Its versions answer
/// as <see cref="VersionStampInstance"/> does, over sessions that its ledger counts. Thread-safe.
/// </summary>
public sealed class ScriptedModelSource(TimeProvider time) : IModelSource
{
    // Guards everything below.
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, ScriptedFolder> _folders = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Model, long Version), string> _refusals = [];
    private readonly Dictionary<(string Model, long Version), LoadGate> _gates = [];
    private readonly List<string> _loads = [];

    public SessionLedger Sessions { get; } = new();

    /// <summary>Every load begun, in order: "m:1".</summary>
    public IReadOnlyList<string> Loads
    {
        get
        {
            lock (_gate) return [.. _loads];
        }
    }

    /// <summary>What the last read was given.</summary>
    public LoadParameters LastParameters { get; private set; } = LoadParameters.None;

    /// <summary>Changes how versions are put together from here on.</summary>
    public Action<ServedModelBuilder>? Configure { get; set; }

    /// <summary>Adds versions, or changes the files of those that are there already.</summary>
    public void Put(string model, params ReadOnlySpan<long> versions)
    {
        lock (_gate)
        {
            if (!_folders.TryGetValue(model, out var folder)) _folders[model] = folder = new ScriptedFolder();
            foreach (var version in versions) folder.Revisions[version] = folder.Revisions.GetValueOrDefault(version) + 1;
        }
    }

    /// <summary>Adds versions of a model that the list does not name: one that only a load's own files make.</summary>
    public void PutUnlisted(string model, params ReadOnlySpan<long> versions)
    {
        Put(model, versions);
        lock (_gate) _folders[model].Unlisted = true;
    }

    /// <summary>Removes a version.</summary>
    public void Remove(string model, long version)
    {
        lock (_gate) _folders[model].Revisions.Remove(version);
    }

    /// <summary>Removes a model.</summary>
    public void Remove(string model)
    {
        lock (_gate) _folders.Remove(model);
    }

    /// <summary>Sets a policy that names its versions (and keeps them besides a pinned one); none puts the default back: the latest alone.</summary>
    public void Want(string model, params long[]? versions)
    {
        lock (_gate) _folders[model].Wanted = versions is { Length: > 0 } ? versions : null;
    }

    /// <summary>Refuses the model's configuration; null takes it again.</summary>
    public void RefuseModel(string model, string? reason)
    {
        lock (_gate) _folders[model].Refusal = reason;
    }

    /// <summary>Refuses to load a version; null takes it again.</summary>
    public void RefuseVersion(string model, long version, string? reason)
    {
        lock (_gate)
        {
            if (reason is null) _refusals.Remove((model, version));
            else _refusals[(model, version)] = reason;
        }
    }

    /// <summary>Makes every later load of a version wait at the gate returned.</summary>
    public LoadGate Hold(string model, long version)
    {
        lock (_gate) return _gates[(model, version)] = new LoadGate();
    }

    public IReadOnlyList<string> List()
    {
        lock (_gate) return [.. _folders.Where(f => !f.Value.Unlisted).Select(f => f.Key)];
    }

    public ModelPlan Read(string model, LoadParameters parameters)
    {
        lock (_gate)
        {
            LastParameters = parameters;
            if (!_folders.TryGetValue(model, out var folder)) throw new ModelLoadException($"there is no model '{model}'", notFound: true);
            if (folder.Refusal is not null) throw new ModelLoadException(folder.Refusal);
            return folder.PlanOf(model, parameters);
        }
    }

    public ServingModel Load(ModelPlan plan, long version, Action warming)
    {
        LoadGate? gate;
        string? refusal;
        lock (_gate)
        {
            _loads.Add($"{plan.Model}:{version}");
            gate = _gates.GetValueOrDefault((plan.Model, version));
            refusal = _refusals.GetValueOrDefault((plan.Model, version));
        }
        gate?.Pass();
        if (refusal is not null) throw new ModelLoadException(refusal);
        warming();
        var session = Sessions.Open();
        var builder = new ServedModelBuilder(VersionStampInstance.Signature, time) { Name = plan.Model, Version = version, Owned = session };
        Configure?.Invoke(builder);
        return builder.Build(new VersionStampInstance(version, session, time), new VersionStampInstance(version, session, time));
    }
}
