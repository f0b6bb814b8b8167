using Google.Protobuf;

namespace Appliance.Inference.Repository;

/// <summary>
/// Names of the graph inputs and outputs that a model file declares without a shape. The runtime reports those like scalars, so the file is asked.
/// </summary>
internal static class UnrankedTensors
{
    // Field numbers of ModelProto, GraphProto, ValueInfoProto, TypeProto and TypeProto.Tensor.
    private const int Graph = 7, GraphInput = 11, GraphOutput = 12, ValueName = 1, ValueType = 2, TensorType = 1, TensorShape = 2;

    /// <summary>Reads a file that the runtime has taken already.</summary>
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
                case ValueType: ranked = Has(value.ReadBytes().CreateCodedInput(), TensorType, t => Has(t.ReadBytes().CreateCodedInput(), TensorShape, _ => true)); break;
                default: value.SkipLastField(); break;
            }
        }
        if (!ranked) names.Add(name);
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
