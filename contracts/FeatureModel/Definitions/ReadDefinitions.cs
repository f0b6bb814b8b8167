namespace FeatureModel.Definitions;

/// <summary>What was read of files or a body.</summary>
/// <param name="Definitions">What could be read; not to be used where there are errors.</param>
/// <param name="Errors">Everything that is wrong with the text; empty where it could be read.</param>
public sealed record ReadDefinitions(FeatureDefinitions Definitions, IReadOnlyList<DefinitionError> Errors)
{
    public bool Succeeded => Errors.Count == 0;
}
