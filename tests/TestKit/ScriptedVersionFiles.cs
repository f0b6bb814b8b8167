using Appliance.Inference.Lifecycle;

namespace TestKit;

/// <summary>The files of a version that a test has written: placing puts them into a scripted source, and taking them back removes them.</summary>
public sealed class ScriptedVersionFiles(ScriptedModelSource source, string model, long version) : IVersionFiles
{
    /// <summary>What placing answers.</summary>
    public string? Refusal { get; set; }

    /// <summary>What placing throws in its place.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Whether the version was new: what was there before is not taken back.</summary>
    public bool IsNew { get; set; } = true;

    /// <summary>Whether the model comes with the version, and goes with it.</summary>
    public bool IsNewModel { get; set; }

    public bool IsUndone { get; private set; }

    public string? Place()
    {
        if (Fault is not null) throw Fault;
        if (Refusal is null && IsNew) source.Put(model, version);
        return Refusal;
    }

    public void Undo()
    {
        IsUndone = true;
        if (IsNewModel) source.Remove(model);
        else if (IsNew) source.Remove(model, version);
    }
}
