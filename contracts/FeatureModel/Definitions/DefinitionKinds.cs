namespace FeatureModel.Definitions;

/// <summary>The words for <see cref="DefinitionKind"/>: in files, on the command line and in messages.</summary>
public static class DefinitionKinds
{
    /// <summary>Every kind, in the order in which they may name each other.</summary>
    public static IReadOnlyList<DefinitionKind> All { get; } =
        [DefinitionKind.Entity, DefinitionKind.Source, DefinitionKind.FeatureView, DefinitionKind.FeatureService];

    /// <summary>The property of a definitions file that holds the kind's objects.</summary>
    public static string Section(this DefinitionKind kind) => kind switch
    {
        DefinitionKind.Entity => "entities",
        DefinitionKind.Source => "sources",
        DefinitionKind.FeatureView => "featureViews",
        _ => "featureServices",
    };

    /// <summary>One object of the kind, as commands and the registry's files write it.</summary>
    public static string Word(this DefinitionKind kind) => kind switch
    {
        DefinitionKind.Entity => "entity",
        DefinitionKind.Source => "source",
        DefinitionKind.FeatureView => "feature-view",
        _ => "feature-service",
    };

    public static bool TryParse(string? word, out DefinitionKind kind)
    {
        kind = All.FirstOrDefault(k => k.Word() == word);
        return kind.Word() == word;
    }
}
