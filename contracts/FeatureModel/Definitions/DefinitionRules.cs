namespace FeatureModel.Definitions;

/// <summary>What the definitions' own checks leave to the modules that know the languages within them.</summary>
/// <param name="Checks">Each is run on definitions whose own rules hold, and adds its errors to the list.</param>
/// <param name="NormalExpression">
/// The normal form of an expression or filter, so that spacing makes no new version; must answer unreadable text unchanged.
/// </param>
public sealed record DefinitionRules(IReadOnlyList<Action<DefinitionCatalog, DefinitionErrors>> Checks, Func<string, string> NormalExpression)
{
    /// <summary>No further checks; expressions are compared as written, but for blanks around them.</summary>
    public static DefinitionRules Plain { get; } = new([], text => text.Trim());
}
