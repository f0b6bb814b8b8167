using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Appliance.Inference.Tensors;

namespace Appliance.Inference.Batching;

/// <summary>
/// The classification extension: where a request asked for an output's k highest values, puts them in the output's place as texts
/// <c>value:index</c>, or <c>value:index:label</c> where the index has a label. Of a model with a batch dimension, the k highest of each row.
/// </summary>
public static class TopClasses
{
    /// <summary>Whether values of that type are ranked.</summary>
    public static bool Takes(Datatype datatype) => datatype is not (Datatype.Bool or Datatype.FP16 or Datatype.BF16 or Datatype.Bytes);

    /// <summary>Replaces the outputs of an answered entry that its request asked to be classified: BYTES of shape [k], or [rows, k].</summary>
    public static void Apply(BatchEntry entry)
    {
        for (var i = 0; i < entry.OutputCount; i++)
        {
            if (entry.Requested[i].Classes > 0) Replace(entry, i, entry.Requested[i].Classes);
        }
    }

    private static void Replace(BatchEntry entry, int at, int wanted)
    {
        var output = entry.Outputs[at];
        var spec = entry.Model!.Signature.Outputs[output.Index];
        var shape = entry.ShapeOf(output);
        var rows = spec.Batched ? (int)shape[0] : 1;
        var elements = output.Length / output.Datatype.Size() / Math.Max(1, rows);
        var classes = Math.Min(wanted, elements);
        // Written aside, as the values are read from the memory that the texts go into.
        using var texts = new MemoryStream();
        for (var row = 0; row < rows; row++)
        {
            var raw = entry.BytesOf(output).Slice(row * elements * output.Datatype.Size(), elements * output.Datatype.Size());
            Write(texts, output.Datatype, raw, classes, spec.Labels);
        }
        var target = entry.ReplaceOutput(at, spec.Batched ? [rows, classes] : [classes], (int)texts.Length);
        texts.GetBuffer().AsSpan(0, (int)texts.Length).CopyTo(target);
    }

    private static void Write(MemoryStream texts, Datatype datatype, ReadOnlySpan<byte> raw, int classes, byte[][]? labels)
    {
        switch (datatype)
        {
            case Datatype.FP32: Write<float>(texts, raw, classes, labels, "F6"); break;
            case Datatype.FP64: Write<double>(texts, raw, classes, labels, "F6"); break;
            case Datatype.UInt8: Write<byte>(texts, raw, classes, labels, "D"); break;
            case Datatype.UInt16: Write<ushort>(texts, raw, classes, labels, "D"); break;
            case Datatype.UInt32: Write<uint>(texts, raw, classes, labels, "D"); break;
            case Datatype.UInt64: Write<ulong>(texts, raw, classes, labels, "D"); break;
            case Datatype.Int8: Write<sbyte>(texts, raw, classes, labels, "D"); break;
            case Datatype.Int16: Write<short>(texts, raw, classes, labels, "D"); break;
            case Datatype.Int32: Write<int>(texts, raw, classes, labels, "D"); break;
            case Datatype.Int64: Write<long>(texts, raw, classes, labels, "D"); break;
            default: throw new System.Diagnostics.UnreachableException($"datatype {datatype}");
        }
    }

    private static void Write<T>(MemoryStream texts, ReadOnlySpan<byte> raw, int classes, byte[][]? labels, string format)
        where T : unmanaged, INumber<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(raw).ToArray();
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        // Equal values in the order of their indices; what is no number comes last.
        order.AsSpan().Sort((a, b) => values[a] == values[b] ? a - b : T.IsNaN(values[a]) ? (T.IsNaN(values[b]) ? a - b : 1) : T.IsNaN(values[b]) || values[a] > values[b] ? -1 : 1);
        Span<byte> length = stackalloc byte[4];
        foreach (var index in order.AsSpan(0, classes))
        {
            var text = Encoding.ASCII.GetBytes($"{TextOf(values[index], format)}:{index.ToString(CultureInfo.InvariantCulture)}");
            var label = labels is not null && index < labels.Length ? labels[index] : null;
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length + (label is null ? 0 : label.Length + 1));
            texts.Write(length);
            texts.Write(text);
            if (label is null) continue;
            texts.WriteByte((byte)':');
            texts.Write(label);
        }
    }

    // As C prints %f, which is what clients of this extension parse.
    private static string TextOf<T>(T value, string format)
        where T : INumber<T>
    {
        if (T.IsNaN(value)) return "nan";
        if (T.IsInfinity(value)) return T.IsPositive(value) ? "inf" : "-inf";
        return value is float single ? ((double)single).ToString(format, CultureInfo.InvariantCulture) : value.ToString(format, CultureInfo.InvariantCulture);
    }
}
