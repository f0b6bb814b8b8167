namespace FeatureModel.Definitions.Changes;

/// <summary>One object that differs between two sets of definitions.</summary>
/// <param name="Fields">For a changed object every value that differs; empty for one that was added or removed.</param>
public sealed record DefinitionChange(DefinitionKind Kind, string Name, ChangeType Type, IReadOnlyList<FieldChange> Fields);
