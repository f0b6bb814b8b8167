namespace Appliance.Inference.Repository;

/// <summary>What differs between two scans. Pure.</summary>
/// <param name="Models">The models that differ, by name.</param>
/// <param name="Current">
/// What to compare the next scan with: the later scan, with the earlier state of whatever it could not read. A folder that cannot be read
/// for a moment has neither changed nor gone.
/// </param>
public sealed record RepositoryChanges(IReadOnlyList<ModelChange> Models, RepositoryState Current)
{
    public static RepositoryChanges Between(RepositoryState before, RepositoryState after)
    {
        if (after.RootProblem is not null)
        {
            return new([], before);
        }
        Dictionary<string, ModelFolderState> current = new(after.Models, StringComparer.Ordinal);
        foreach (var name in after.Unreadable.Keys)
        {
            if (before.Models.TryGetValue(name, out var kept))
            {
                current[name] = kept;
            }
        }
        List<ModelChange> changes = [];
        foreach (var name in before.Models.Keys.Union(current.Keys).Order(StringComparer.Ordinal))
        {
            if (Compare(name, before.Models.GetValueOrDefault(name), current.GetValueOrDefault(name)) is { } change)
            {
                changes.Add(change);
            }
        }
        return new(changes, after with { Models = current });
    }

    private static ModelChange? Compare(string name, ModelFolderState? before, ModelFolderState? after)
    {
        if (before is null)
        {
            return new(name, ModelChangeKind.Added) { AddedVersions = [.. after!.Versions.Select(version => version.Version)] };
        }
        if (after is null)
        {
            return new(name, ModelChangeKind.Removed) { RemovedVersions = [.. before.Versions.Select(version => version.Version)] };
        }
        var old = before.Versions.ToDictionary(version => version.Version);
        var change = new ModelChange(name, ModelChangeKind.Modified)
        {
            ConfigChanged = !before.ConfigFiles.SequenceEqual(after.ConfigFiles),
            OtherFilesChanged = !before.OtherFiles.SequenceEqual(after.OtherFiles),
            AddedVersions = [.. after.Versions.Select(version => version.Version).Where(version => !old.ContainsKey(version))],
            RemovedVersions = [.. old.Keys.Except(after.Versions.Select(version => version.Version)).Order()],
            ModifiedVersions =
            [
                .. after.Versions.Where(version => old.TryGetValue(version.Version, out var was) && !was.Files.SequenceEqual(version.Files))
                    .Select(version => version.Version),
            ],
        };
        var changed = change.ConfigChanged || change.OtherFilesChanged
            || change.AddedVersions.Count + change.RemovedVersions.Count + change.ModifiedVersions.Count > 0;
        return changed ? change : null;
    }
}
