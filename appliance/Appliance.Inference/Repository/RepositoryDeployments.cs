using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Appliance.Inference.Lifecycle;

namespace Appliance.Inference.Repository;

/// <summary>Where versions that callers send come into the repository, and where versions are taken out. Thread-safe.</summary>
public sealed class RepositoryDeployments(ModelManagerOptions options, TimeProvider time) : IVersionRemoval
{
    // Names that no model can have: what lies in such a folder is not served.
    private const string StagingPrefix = ".deploy-", RemovedPrefix = ".deleted-";

    /// <summary>A folder that a process left behind when it was killed is removed after this. A day: no upload takes so long.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    // Names of the folders that uploads of this process write into now: whatever the clock says, those are not abandoned.
    private readonly ConcurrentDictionary<string, byte> _inUse = new();

    /// <summary>Makes room for a version's files.</summary>
    /// <param name="refusal">Why there can be no such version; null with the files.</param>
    /// <exception cref="IOException">The repository cannot be written.</exception>
    public bool TryBegin(string model, long version, [NotNullWhen(true)] out DeployedFiles? files, [NotNullWhen(false)] out string? refusal)
    {
        files = null;
        refusal = ProblemOf(model);
        if (refusal is not null) return false;
        RemoveAbandoned();
        var name = $"{StagingPrefix}{Guid.NewGuid():N}";
        _inUse[name] = 0;
        try
        {
            var staging = Path.Combine(options.Repository, name);
            Directory.CreateDirectory(staging);
            files = new DeployedFiles(options.Repository, staging, model, version) { Disposed = () => _inUse.TryRemove(name, out _) };
            return true;
        }
        catch
        {
            _inUse.TryRemove(name, out _);
            throw;
        }
    }

    /// <summary>The versions whose folders the repository has, whether anybody loads them or not.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyList<long> Versions(string model) =>
        ModelName.Problem(model) is null && ModelRepositoryScan.ScanModel(model, Path.Combine(options.Repository, model)) is { } folder ? [.. folder.Versions.Select(v => v.Version)] : [];

    /// <inheritdoc/>
    public string? Remove(string model, long version)
    {
        if (ProblemOf(model) is { } problem) return problem;
        var folder = Path.Combine(options.Repository, model);
        if (version != 0) folder = Path.Combine(folder, version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (!Directory.Exists(folder)) return version == 0 ? $"the repository has no model '{model}'" : $"the repository has no version {version} of '{model}'";
        // Gone at once for whoever looks; the bytes follow.
        var removed = Path.Combine(options.Repository, $"{RemovedPrefix}{Guid.NewGuid():N}");
        Directory.Move(folder, removed);
        Directory.Delete(removed, recursive: true);
        return null;
    }

    private string? ProblemOf(string model)
    {
        if (ModelName.Problem(model) is { } problem) return $"modelName is '{model}'; {problem}";
        var folder = Path.Combine(options.Repository, model);
        return Directory.Exists(folder) && !RepositoryPath.IsInside(options.Repository, folder)
            ? $"modelName is '{model}'; its folder is a link that leads out of the repository, which is changed where it leads to"
            : null;
    }

    private void RemoveAbandoned()
    {
        foreach (var folder in new DirectoryInfo(options.Repository).EnumerateDirectories(".de*"))
        {
            var isOurs = folder.Name.StartsWith(StagingPrefix, StringComparison.Ordinal) || folder.Name.StartsWith(RemovedPrefix, StringComparison.Ordinal);
            if (isOurs && !_inUse.ContainsKey(folder.Name) && time.GetUtcNow() - folder.LastWriteTimeUtc > Abandoned) folder.Delete(recursive: true);
        }
    }
}
