using Appliance.Inference.Lifecycle;
using Google.Protobuf;

namespace Appliance.Inference.Repository;

/// <summary>
/// Names of the graph inputs and outputs that a model file declares without a shape. The runtime reports those like scalars, so the file is asked.
/// A dimension that does not fit into the runtime's own report, which would show another one, is refused on the way.
/// </summary>
internal static class UnrankedTensors
{
    // Field numbers of ModelProto, GraphProto, ValueInfoProto, TypeProto and TypeProto.Tensor.
    private const int Graph = 7, GraphInput = 11, GraphOutput = 12, ValueName = 1, ValueType = 2, TensorType = 1, TensorShape = 2, ShapeDimension = 1, DimensionValue = 1;

    /// <summary>Reads a file that the runtime has taken already.</summary>
    /// <exception cref="ModelLoadException">A dimension is larger than the runtime reports.</exception>
    public static IReadOnlySet<string> Of(string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var file = File.OpenRead(path);
        // Tensors are skipped, not read: the limit is on what may be skipped over.
        var input = CodedInputStream.CreateWithLimits(file, int.MaxValue, 100);
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagFieldNumber(tag) == Graph && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                ReadGraph(input, input.ReadLength(), names);
            }
            else input.SkipLastField();
        }
        return names;
    }

    private static void ReadGraph(CodedInputStream input, int length, HashSet<string> names)
    {
        var end = input.Position + length;
        while (input.Position < end)
        {
            var tag = input.ReadTag();
            if (WireFormat.GetTagFieldNumber(tag) is GraphInput or GraphOutput) ReadValue(input.ReadBytes().CreateCodedInput(), names);
            else input.SkipLastField();
        }
    }

    private static void ReadValue(CodedInputStream value, HashSet<string> names)
    {
        var name = "";
        var ranked = false;
        for (uint tag; (tag = value.ReadTag()) != 0;)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case ValueName: name = value.ReadString(); break;
                case ValueType: ranked = Has(value.ReadBytes().CreateCodedInput(), TensorType, t => Has(t.ReadBytes().CreateCodedInput(), TensorShape, s => HasDimensions(s.ReadBytes().CreateCodedInput(), name))); break;
                default: value.SkipLastField(); break;
            }
        }
        if (!ranked) names.Add(name);
    }

    private static bool HasDimensions(CodedInputStream shape, string tensor)
    {
        for (uint tag; (tag = shape.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagFieldNumber(tag) == ShapeDimension) CheckDimension(shape.ReadBytes().CreateCodedInput(), tensor);
            else shape.SkipLastField();
        }
        return true;
    }

    private static void CheckDimension(CodedInputStream dimension, string tensor)
    {
        for (uint tag; (tag = dimension.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagFieldNumber(tag) != DimensionValue)
            {
                dimension.SkipLastField();
                continue;
            }
            var size = dimension.ReadInt64();
            if (size > int.MaxValue) throw new ModelLoadException($"tensor {DisplayValue.Quote(tensor)} has a dimension of {size}; a dimension is at most {int.MaxValue}");
        }
    }

    private static bool Has(CodedInputStream message, int field, Func<CodedInputStream, bool> found)
    {
        for (uint tag; (tag = message.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field) return found(message);
            message.SkipLastField();
        }
        return false;
    }
}
