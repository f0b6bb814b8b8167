namespace Appliance.Inference.Repository.TextFormat;

/// <summary>A text, or a JSON text, that does not describe the wanted message: where, in which field, and what is wrong there.</summary>
public sealed class TextFormatException(FieldPosition position, string fieldPath, string problem)
    : Exception($"line {position.Line}, column {position.Column}: {(fieldPath.Length > 0 ? fieldPath + ": " : "")}{problem}")
{
    public FieldPosition Position { get; } = position;

    /// <summary>The field being read, empty at the top of the text.</summary>
    public string FieldPath { get; } = fieldPath;

    public string Problem { get; } = problem;
}
