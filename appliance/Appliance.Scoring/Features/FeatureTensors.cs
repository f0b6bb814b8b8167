// Hot path: one element per feature and row.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace Appliance.Scoring.Features;

/// <summary>Lays checked cells out as raw input tensors in the entry's own memory.</summary>
internal static class FeatureTensors
{
    /// <summary>False when the tensors would not fit into one block.</summary>
    public static bool Write(BatchEntry entry, FeatureBinding binding, ReadOnlySpan<long> cells, int rows, ReadOnlySpan<byte> texts)
    {
        var total = 0L;
        foreach (var input in binding.Inputs) total += BytesOf(input, binding.Features, cells, rows, texts);
        if (total > Array.MaxLength) return false;
        var memory = entry.RentScratch((int)total);
        foreach (var input in binding.Inputs)
        {
            var length = Fill(input, binding.Features, cells, rows, texts, memory.Span);
            Add(entry, input.Spec, rows, memory[..length]);
            memory = memory[length..];
        }
        foreach (var output in binding.Outputs) entry.AddRequested().Name = output.Utf8Name;
        return true;
    }

    private static void Add(BatchEntry entry, TensorSpec spec, int rows, ReadOnlyMemory<byte> content)
    {
        ref var view = ref entry.AddInput();
        view.Name = spec.Utf8Name;
        view.Datatype = spec.Datatype;
        view.Content = content;
        view.Rank = spec.Shape.Length;
        if (spec.Batched) entry.AddDim(rows);
        foreach (var dim in spec.Dims!) entry.AddDim(dim);
    }

    private static long BytesOf(BoundInput input, BoundFeature[] features, ReadOnlySpan<long> cells, int rows, ReadOnlySpan<byte> texts)
    {
        if (input.Spec.Datatype != Datatype.Bytes) return rows * input.Spec.RowBytes;
        var total = 0L;
        for (var row = 0; row < rows; row++)
        {
            foreach (var at in input.FeatureAt)
            {
                total += sizeof(int) + FeatureCell.TextOf(cells[row * features.Length + at], features[at], texts).Length;
            }
        }
        return total;
    }

    private static int Fill(
        BoundInput input, BoundFeature[] features, ReadOnlySpan<long> cells, int rows, ReadOnlySpan<byte> texts, Span<byte> target)
    {
        var datatype = input.Spec.Datatype;
        if (datatype == Datatype.FP32) return FillFloats(input, features.Length, cells, rows, target);
        var length = 0;
        for (var row = 0; row < rows; row++)
        {
            foreach (var at in input.FeatureAt)
            {
                var cell = cells[row * features.Length + at];
                length += datatype == Datatype.Bytes
                    ? StoreText(target[length..], FeatureCell.TextOf(cell, features[at], texts))
                    : Store(target[length..], datatype, cell);
            }
        }
        return length;
    }

    // Nearly every tabular model takes floats, so they skip the choice by datatype for each element.
    private static int FillFloats(BoundInput input, int width, ReadOnlySpan<long> cells, int rows, Span<byte> target)
    {
        var floats = MemoryMarshal.Cast<byte, float>(target);
        var n = 0;
        for (var row = 0; row < rows; row++)
        {
            var values = cells.Slice(row * width, width);
            foreach (var at in input.FeatureAt) floats[n++] = (float)BitConverter.Int64BitsToDouble(values[at]);
        }
        return n * sizeof(float);
    }

    private static int Store(Span<byte> target, Datatype datatype, long cell)
    {
        var size = datatype.Size();
        switch (datatype)
        {
            case Datatype.FP64: BinaryPrimitives.WriteInt64LittleEndian(target, cell); break;
            case Datatype.FP16: BinaryPrimitives.WriteHalfLittleEndian(target, (Half)BitConverter.Int64BitsToDouble(cell)); break;
            case Datatype.BF16: BinaryPrimitives.WriteUInt16LittleEndian(target, ToBFloat16((float)BitConverter.Int64BitsToDouble(cell))); break;
            default:
                switch (size)
                {
                    case 1: target[0] = (byte)cell; break;
                    case 2: BinaryPrimitives.WriteInt16LittleEndian(target, (short)cell); break;
                    case 4: BinaryPrimitives.WriteInt32LittleEndian(target, (int)cell); break;
                    default: BinaryPrimitives.WriteInt64LittleEndian(target, cell); break;
                }
                break;
        }
        return size;
    }

    private static int StoreText(Span<byte> target, ReadOnlySpan<byte> text)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, text.Length);
        text.CopyTo(target[sizeof(int)..]);
        return sizeof(int) + text.Length;
    }

    // Rounds to nearest, ties to even; NaN keeps a set mantissa bit.
    private static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return (ushort)(bits >> 16 | 0x40);
        return (ushort)(bits + 0x7FFF + (bits >> 16 & 1) >> 16);
    }
}
