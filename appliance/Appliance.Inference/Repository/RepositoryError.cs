using System.Text;

namespace Appliance.Inference.Repository;

/// <summary>
/// One reason why something in the model repository cannot be served: the file, where in it, the field, what stands there, and the rule
/// that it breaks. Lines and columns count from 1; 0 means that the place is not known.
/// </summary>
public sealed record RepositoryError(string File, string Field, string? Value, string Rule, int Line = 0, int Column = 0)
{
    /// <summary>The error as one line: <c>config.pbtxt:7:3: field is value; rule</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(File);
        if (Line > 0)
        {
            text.Append(':').Append(Line).Append(':').Append(Column);
        }
        if (text.Length > 0)
        {
            text.Append(": ");
        }
        if (Field.Length > 0)
        {
            text.Append(Field).Append(Value is null ? ": " : " is ");
        }
        if (Value is not null)
        {
            text.Append(Value).Append("; ");
        }
        return text.Append(Rule).ToString();
    }
}
