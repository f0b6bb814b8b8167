using Appliance.Inference.Lifecycle;

namespace TestKit;

/// <summary>Removes versions and models from a scripted source.</summary>
public sealed class ScriptedVersionRemoval(ScriptedModelSource source) : IVersionRemoval
{
    /// <summary>What it answers, without removing anything.</summary>
    public string? Refusal { get; set; }

    /// <summary>What it throws in its place.</summary>
    public Exception? Fault { get; set; }

    public string? Remove(string model, long version)
    {
        if (Fault is not null) throw Fault;
        if (Refusal is not null) return Refusal;
        if (version == 0) source.Remove(model);
        else source.Remove(model, version);
        return null;
    }
}
