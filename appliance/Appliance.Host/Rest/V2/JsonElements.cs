// Hot path: every element of a JSON tensor passes here.
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Rest.V2;

/// <summary>One JSON value to the bytes of one tensor element. Values are never rounded to another kind or wrapped into range.</summary>
internal static class JsonElements
{
    /// <summary>What the datatype takes, in words.</summary>
    public static string Expected(Datatype datatype) => datatype switch
    {
        Datatype.Bool => "true, false, 1 or 0",
        Datatype.Bytes => "strings",
        Datatype.FP16 or Datatype.BF16 or Datatype.FP32 or Datatype.FP64 => "numbers, \"NaN\", \"Infinity\" or \"-Infinity\"",
        _ => "whole numbers",
    };

    /// <summary>Writes the value that the reader stands on to the start of <paramref name="target"/>, which has room for it.</summary>
    public static ElementFault TryRead(ref Utf8JsonReader reader, Datatype datatype, Span<byte> target, out int written)
    {
        written = datatype.Size();
        return datatype switch
        {
            Datatype.FP32 => ReadSingle(ref reader, target),
            Datatype.FP64 => ReadDouble(ref reader, target),
            Datatype.Bytes => ReadBytes(ref reader, target, out written),
            Datatype.Bool => ReadBool(ref reader, target),
            Datatype.FP16 => ReadHalf(ref reader, target),
            Datatype.BF16 => ReadBFloat16(ref reader, target),
            _ => reader.TokenType == JsonTokenType.Number ? ReadWhole(ref reader, datatype, target) : ElementFault.Kind,
        };
    }

    private static ElementFault ReadWhole(ref Utf8JsonReader reader, Datatype datatype, Span<byte> target)
    {
        bool read;
        switch (datatype)
        {
            case Datatype.Int64:
                read = reader.TryGetInt64(out var int64);
                BinaryPrimitives.WriteInt64LittleEndian(target, int64);
                break;
            case Datatype.UInt64:
                read = reader.TryGetUInt64(out var uint64);
                BinaryPrimitives.WriteUInt64LittleEndian(target, uint64);
                break;
            case Datatype.Int32:
                read = reader.TryGetInt32(out var int32);
                BinaryPrimitives.WriteInt32LittleEndian(target, int32);
                break;
            case Datatype.UInt32:
                read = reader.TryGetUInt32(out var uint32);
                BinaryPrimitives.WriteUInt32LittleEndian(target, uint32);
                break;
            case Datatype.Int16:
                read = reader.TryGetInt16(out var int16);
                BinaryPrimitives.WriteInt16LittleEndian(target, int16);
                break;
            case Datatype.UInt16:
                read = reader.TryGetUInt16(out var uint16);
                BinaryPrimitives.WriteUInt16LittleEndian(target, uint16);
                break;
            case Datatype.Int8:
                read = reader.TryGetSByte(out var int8);
                target[0] = (byte)int8;
                break;
            case Datatype.UInt8:
                read = reader.TryGetByte(out target[0]);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"datatype {datatype}");
        }
        if (read) return ElementFault.None;
        return reader.ValueSpan.ContainsAny(".eE"u8) ? ElementFault.Kind : ElementFault.Range;
    }

    private static ElementFault ReadBool(ref Utf8JsonReader reader, Span<byte> target)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetByte(out target[0]) && target[0] <= 1 ? ElementFault.None : ElementFault.Kind;
        }
        target[0] = reader.TokenType == JsonTokenType.True ? (byte)1 : (byte)0;
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False ? ElementFault.None : ElementFault.Kind;
    }

    private static ElementFault ReadSingle(ref Utf8JsonReader reader, Span<byte> target)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            reader.TryGetSingle(out var number);
            BinaryPrimitives.WriteSingleLittleEndian(target, number);
            return float.IsFinite(number) ? ElementFault.None : ElementFault.Range;
        }
        var named = TryReadNonFinite(ref reader, out var value);
        BinaryPrimitives.WriteSingleLittleEndian(target, (float)value);
        return named ? ElementFault.None : ElementFault.Kind;
    }

    private static ElementFault ReadDouble(ref Utf8JsonReader reader, Span<byte> target)
    {
        var fault = ReadNumber(ref reader, out var number);
        BinaryPrimitives.WriteDoubleLittleEndian(target, number);
        return fault;
    }

    private static ElementFault ReadHalf(ref Utf8JsonReader reader, Span<byte> target)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            // From the digits at once: by way of a double some values would be rounded twice.
            Half.TryParse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
            BinaryPrimitives.WriteHalfLittleEndian(target, number);
            return Half.IsFinite(number) ? ElementFault.None : ElementFault.Range;
        }
        var named = TryReadNonFinite(ref reader, out var value);
        BinaryPrimitives.WriteHalfLittleEndian(target, (Half)value);
        return named ? ElementFault.None : ElementFault.Kind;
    }

    private static ElementFault ReadBFloat16(ref Utf8JsonReader reader, Span<byte> target)
    {
        var fault = ReadNumber(ref reader, out var number);
        var bits = BFloat16.FromDouble(number);
        BinaryPrimitives.WriteUInt16LittleEndian(target, bits);
        return fault == ElementFault.None && double.IsFinite(number) && !BFloat16.IsFinite(bits) ? ElementFault.Range : fault;
    }

    private static ElementFault ReadBytes(ref Utf8JsonReader reader, Span<byte> target, out int written)
    {
        written = 0;
        if (reader.TokenType != JsonTokenType.String) return ElementFault.Kind;
        if (!JsonText.TryCopy(in reader, target[4..], out var length)) return ElementFault.Surrogate;
        BinaryPrimitives.WriteInt32LittleEndian(target, length);
        written = 4 + length;
        return ElementFault.None;
    }

    private static ElementFault ReadNumber(ref Utf8JsonReader reader, out double number)
    {
        if (reader.TokenType != JsonTokenType.Number) return TryReadNonFinite(ref reader, out number) ? ElementFault.None : ElementFault.Kind;
        reader.TryGetDouble(out number);
        return double.IsFinite(number) ? ElementFault.None : ElementFault.Range;
    }

    /// <summary>JSON has no literal for these; the strings are what the answers hold too.</summary>
    private static bool TryReadNonFinite(ref Utf8JsonReader reader, out double number)
    {
        number = double.NaN;
        if (reader.TokenType != JsonTokenType.String) return false;
        if (reader.ValueSpan.SequenceEqual("NaN"u8)) return true;
        number = reader.ValueSpan.StartsWith("-"u8) ? double.NegativeInfinity : double.PositiveInfinity;
        return reader.ValueSpan.SequenceEqual("Infinity"u8) || reader.ValueSpan.SequenceEqual("-Infinity"u8);
    }
}
