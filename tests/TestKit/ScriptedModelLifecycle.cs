using Appliance.Inference.Lifecycle;

namespace TestKit;

/// <summary>A lifecycle that records what it is asked for and answers what a test sets.</summary>
public sealed class ScriptedModelLifecycle : IModelLifecycle
{
    private readonly List<string> _calls = [];

    public bool Ready { get; set; } = true;

    /// <summary>What every change answers.</summary>
    public AdminResult Result { get; set; } = AdminResult.Ok;

    public List<ModelVersionStatus> Versions { get; } = [];

    /// <summary>The changes asked for, in order, as text: "load m", "unload m dependents", "pin m 2".</summary>
    public IReadOnlyList<string> Calls => _calls;

    /// <summary>Who was named as the author of the last change that has one.</summary>
    public string LastAuthor { get; private set; } = "";

    /// <summary>What the last load brought along.</summary>
    public LoadParameters LastLoad { get; private set; } = LoadParameters.None;

    public IReadOnlyList<ModelVersionStatus> Index() => Versions;

    public Task<AdminResult> LoadAsync(string model, LoadParameters parameters, CancellationToken cancellation)
    {
        LastLoad = parameters;
        return Answer($"load {model}");
    }

    public Task<AdminResult> UnloadAsync(string model, bool unloadDependents, CancellationToken cancellation) =>
        Answer(unloadDependents ? $"unload {model} dependents" : $"unload {model}");

    public Task<AdminResult> PinAsync(string model, long version, string author, CancellationToken cancellation) => By(author, $"pin {model} {version}");

    public Task<AdminResult> UnpinAsync(string model, CancellationToken cancellation) => Answer($"unpin {model}");

    public Task<AdminResult> RollbackAsync(string model, string author, CancellationToken cancellation) => By(author, $"rollback {model}");

    /// <summary>Places the files, and takes them back where the answer that is set is not Ok.</summary>
    public Task<AdminResult> DeployAsync(string model, long version, string author, IVersionFiles files)
    {
        if (files.Place() is { } refusal) return Task.FromResult(new AdminResult(Appliance.Inference.ScoreStatus.InvalidArgument, refusal));
        if (!Result.Succeeded) files.Undo();
        return By(author, $"deploy {model} {version}");
    }

    /// <summary>As a deployment; commits where the answer that is set is Ok.</summary>
    public Task<AdminResult> StageAsync(string model, long version, IVersionFiles files, Func<AdminResult> commit)
    {
        if (files.Place() is { } refusal) return Task.FromResult(new AdminResult(Appliance.Inference.ScoreStatus.InvalidArgument, refusal));
        _calls.Add($"stage {model} {version}");
        var result = Result.Succeeded ? commit() : Result;
        if (!result.Succeeded) files.Undo();
        return Task.FromResult(result);
    }

    public Task<AdminResult> DeleteAsync(string model, long version, string author, IVersionRemoval repository) => By(author, $"delete {model} {version}");

    /// <summary>Commits where the answer that is set is Ok.</summary>
    public Task<AdminResult> RetainAsync(string model, IReadOnlyCollection<long> versions, Func<AdminResult> commit, CancellationToken cancellation)
    {
        _calls.Add($"retain {model} {string.Join(",", versions)}");
        return Task.FromResult(Result.Succeeded ? commit() : Result);
    }

    private Task<AdminResult> By(string author, string call)
    {
        LastAuthor = author;
        return Answer(call);
    }

    private Task<AdminResult> Answer(string call)
    {
        _calls.Add(call);
        return Task.FromResult(Result);
    }
}
