using Google.Protobuf.Reflection;

namespace Appliance.Inference.Repository.TextFormat;

/// <summary>What one message of the text has set so far, so that nothing is set twice.</summary>
internal sealed class TextFormatScope
{
    private readonly Dictionary<int, FieldPosition> _fields = [];
    private readonly Dictionary<OneofDescriptor, FieldDescriptor> _oneofs = [];

    /// <summary>Takes note of a field; answers why it cannot stand here, or null.</summary>
    public string? Conflict(FieldDescriptor field, FieldPosition position)
    {
        if (field.IsRepeated)
        {
            return null;
        }
        if (!_fields.TryAdd(field.FieldNumber, position))
        {
            return $"the field is given twice, first on line {_fields[field.FieldNumber].Line}, and is not a repeated one";
        }
        if (field.ContainingOneof is { } oneof && !_oneofs.TryAdd(oneof, field))
        {
            var other = _oneofs[oneof];
            return $"the field excludes {other.Name} on line {_fields[other.FieldNumber].Line}; only one of {oneof.Name} may be set";
        }
        return null;
    }
}
