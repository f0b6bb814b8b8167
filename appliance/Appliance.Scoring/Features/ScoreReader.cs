// Hot path: one read per score and row.
using System.Buffers.Binary;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace Appliance.Scoring.Features;

/// <summary>Reads the named scores of an answered entry. Valid until the entry is returned.</summary>
public ref struct ScoreReader(FeatureBinding binding, BatchEntry entry)
{
    private readonly FeatureBinding _binding = binding;
    private readonly BatchEntry _entry = entry;

    // Texts differ in length, so the last one read is where the search for the next starts.
    private int _textSlot = -1, _textElement, _textOffset;

    public readonly FeatureBinding Binding => _binding;

    public readonly int Rows => _entry.Rows;

    /// <summary>The score at that place in the binding's list.</summary>
    public ScoreValue Read(int row, int score)
    {
        var bound = _binding.Scores[score];
        ref var output = ref _entry.Outputs[bound.OutputSlot];
        var bytes = _entry.BytesOf(output);
        var element = row * bound.RowElements + bound.Column;
        if (bound.Datatype == Datatype.Bytes)
        {
            return new ScoreValue { Kind = ScoreKind.Text, Text = TextAt(bound.OutputSlot, element, bytes) };
        }
        return Number(bound, bytes[(element * bound.Datatype.Size())..]);
    }

    private static ScoreValue Number(BoundScore bound, ReadOnlySpan<byte> bytes) => bound.Datatype switch
    {
        Datatype.FP32 => Float(bound, BinaryPrimitives.ReadSingleLittleEndian(bytes), ScoreKind.Single),
        Datatype.FP64 => Float(bound, BinaryPrimitives.ReadDoubleLittleEndian(bytes), ScoreKind.Double),
        Datatype.FP16 => Float(bound, (double)BinaryPrimitives.ReadHalfLittleEndian(bytes), ScoreKind.Single),
        // A brain float is the upper half of a float.
        Datatype.BF16 => Float(bound, BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16), ScoreKind.Single),
        Datatype.Bool => Whole(bound, bytes[0] != 0 ? 1 : 0, ScoreKind.Bool),
        Datatype.UInt8 => Whole(bound, bytes[0], ScoreKind.Int64),
        Datatype.UInt16 => Whole(bound, BinaryPrimitives.ReadUInt16LittleEndian(bytes), ScoreKind.Int64),
        Datatype.UInt32 => Whole(bound, BinaryPrimitives.ReadUInt32LittleEndian(bytes), ScoreKind.Int64),
        Datatype.UInt64 => Whole(bound, BinaryPrimitives.ReadInt64LittleEndian(bytes), ScoreKind.UInt64),
        Datatype.Int8 => Whole(bound, (sbyte)bytes[0], ScoreKind.Int64),
        Datatype.Int16 => Whole(bound, BinaryPrimitives.ReadInt16LittleEndian(bytes), ScoreKind.Int64),
        Datatype.Int32 => Whole(bound, BinaryPrimitives.ReadInt32LittleEndian(bytes), ScoreKind.Int64),
        _ => Whole(bound, BinaryPrimitives.ReadInt64LittleEndian(bytes), ScoreKind.Int64),
    };

    /// <summary>An element of numbers as a double, whatever its datatype; BYTES is none.</summary>
    internal static double NumberOf(Datatype datatype, ReadOnlySpan<byte> bytes) => datatype switch
    {
        Datatype.FP32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        Datatype.FP64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        Datatype.FP16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        Datatype.BF16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        Datatype.Bool or Datatype.UInt8 => bytes[0],
        Datatype.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        Datatype.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        Datatype.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        Datatype.Int8 => (sbyte)bytes[0],
        Datatype.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        Datatype.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadInt64LittleEndian(bytes),
    };

    private static ScoreValue Float(BoundScore bound, double value, ScoreKind kind) =>
        new() { Kind = kind, Number = value, Band = bound.BandOf(value) };

    private static ScoreValue Whole(BoundScore bound, long value, ScoreKind kind) =>
        new() { Kind = kind, Integer = value, Band = bound.BandOf(kind == ScoreKind.UInt64 ? (ulong)value : value) };

    private ReadOnlySpan<byte> TextAt(int slot, int element, ReadOnlySpan<byte> bytes)
    {
        if (slot != _textSlot || element < _textElement) (_textSlot, _textElement, _textOffset) = (slot, 0, 0);
        for (; _textElement < element; _textElement++)
        {
            _textOffset += sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(bytes[_textOffset..]);
        }
        return bytes.Slice(_textOffset + sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(bytes[_textOffset..]));
    }
}
