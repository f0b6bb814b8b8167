namespace Appliance.Inference.Repository.TextFormat;

/// <summary>Where a field stands in a text. Both count from 1; columns count characters, and a tab is one.</summary>
public readonly record struct FieldPosition(int Line, int Column);
