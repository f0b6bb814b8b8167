namespace Appliance.Inference.Repository;

/// <summary>The model repository as one scan found it. Immutable.</summary>
/// <param name="Root">The repository's folder.</param>
/// <param name="Models">Every model folder that could be read, by name.</param>
/// <param name="Unreadable">Model folders that could not be read, by name, with the reason: neither there nor gone.</param>
/// <param name="RootProblem">Why the repository itself could not be read; null where it could.</param>
public sealed record RepositoryState(
    string Root,
    IReadOnlyDictionary<string, ModelFolderState> Models,
    IReadOnlyDictionary<string, string> Unreadable,
    string? RootProblem = null)
{
    /// <summary>A repository before its first scan.</summary>
    public static RepositoryState Empty(string root) =>
        new(root, new Dictionary<string, ModelFolderState>(), new Dictionary<string, string>());
}
