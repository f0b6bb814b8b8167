using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Appliance.Inference.Tensors;

namespace Appliance.Inference.Repository.Manifest;

/// <summary>
/// Turns a flat JSON array into a tensor's raw bytes as the protocol carries them: little-endian, a boolean in one byte, a string behind
/// its length in four. A non-finite float is the string NaN, Infinity or -Infinity.
/// </summary>
internal static class TensorJson
{
    /// <summary>The raw bytes; null with the reason where the array does not hold what the type wants.</summary>
    public static byte[]? ToRaw(Datatype type, JsonElement data, out string problem)
    {
        problem = "";
        if (data.ValueKind != JsonValueKind.Array)
        {
            problem = "the data must be a flat array";
            return null;
        }
        var raw = new ArrayBufferWriter<byte>(Math.Max(1, data.GetArrayLength() * type.Size()));
        var index = 0;
        foreach (var element in data.EnumerateArray())
        {
            if (!TryWrite(type, element, raw))
            {
                problem = $"element {index} is {DisplayValue.Of(element.GetRawText())}; it must be {Wanted(type)}";
                return null;
            }
            index++;
        }
        return raw.WrittenSpan.ToArray();
    }

    private static bool TryWrite(Datatype type, JsonElement element, ArrayBufferWriter<byte> raw) => type switch
    {
        Datatype.Bool => TryBool(element, raw),
        Datatype.UInt8 => element.ValueKind == JsonValueKind.Number && element.TryGetByte(out var value) && Put(raw, [value]),
        Datatype.Int8 => element.ValueKind == JsonValueKind.Number && element.TryGetSByte(out var value) && Put(raw, [(byte)value]),
        Datatype.UInt16 => element.ValueKind == JsonValueKind.Number && element.TryGetUInt16(out var value)
            && PutInteger(raw, value, 2),
        Datatype.Int16 => element.ValueKind == JsonValueKind.Number && element.TryGetInt16(out var value)
            && PutInteger(raw, (ulong)value, 2),
        Datatype.UInt32 => element.ValueKind == JsonValueKind.Number && element.TryGetUInt32(out var value)
            && PutInteger(raw, value, 4),
        Datatype.Int32 => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value)
            && PutInteger(raw, (ulong)value, 4),
        Datatype.UInt64 => element.ValueKind == JsonValueKind.Number && element.TryGetUInt64(out var value)
            && PutInteger(raw, value, 8),
        Datatype.Int64 => element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var value)
            && PutInteger(raw, (ulong)value, 8),
        Datatype.FP16 => TryFloat(element, (double)Half.MaxValue, out var value)
            && PutInteger(raw, BitConverter.HalfToUInt16Bits((Half)value), 2),
        Datatype.BF16 => TryFloat(element, float.MaxValue, out var value) && PutInteger(raw, ToBf16((float)value), 2),
        Datatype.FP32 => TryFloat(element, float.MaxValue, out var value)
            && PutInteger(raw, BitConverter.SingleToUInt32Bits((float)value), 4),
        Datatype.FP64 => TryFloat(element, double.MaxValue, out var value)
            && PutInteger(raw, BitConverter.DoubleToUInt64Bits(value), 8),
        Datatype.Bytes => TryString(element, raw),
        _ => false,
    };

    private static string Wanted(Datatype type) => type switch
    {
        Datatype.Bool => "true or false",
        Datatype.Bytes => "a string",
        Datatype.FP16 or Datatype.BF16 or Datatype.FP32 or Datatype.FP64 =>
            $"a number of {type.Name()}, or 'NaN', 'Infinity' or '-Infinity'",
        _ => $"a whole number of {type.Name()}",
    };

    private static bool TryBool(JsonElement element, ArrayBufferWriter<byte> raw) =>
        element.ValueKind is JsonValueKind.True or JsonValueKind.False && Put(raw, [element.GetBoolean() ? (byte)1 : (byte)0]);

    private static bool TryFloat(JsonElement element, double largest, out double value)
    {
        if (element.ValueKind == JsonValueKind.Number)
        {
            return element.TryGetDouble(out value) && Math.Abs(value) <= largest;
        }
        (value, var known) = Text(element) switch
        {
            "NaN" => (double.NaN, true),
            "Infinity" => (double.PositiveInfinity, true),
            "-Infinity" => (double.NegativeInfinity, true),
            _ => (0d, false),
        };
        return known;
    }

    private static bool TryString(JsonElement element, ArrayBufferWriter<byte> raw)
    {
        if (Text(element) is not { } text)
        {
            return false;
        }
        var bytes = Encoding.UTF8.GetBytes(text);
        return PutInteger(raw, (ulong)bytes.Length, 4) && Put(raw, bytes);
    }

    /// <summary>The element's text; null where it is no string, or one with half of a surrogate pair, which no bytes stand for.</summary>
    public static string? Text(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The upper half of a float, rounded to the nearest, to even where two are as near.</summary>
    private static ushort ToBf16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static bool PutInteger(ArrayBufferWriter<byte> raw, ulong value, int bytes)
    {
        Span<byte> all = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(all, value);
        return Put(raw, all[..bytes]);
    }

    private static bool Put(ArrayBufferWriter<byte> raw, ReadOnlySpan<byte> bytes)
    {
        raw.Write(bytes);
        return true;
    }
}
