// Hot path: every element of a JSON answer passes here.
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Rest.V2;

/// <summary>
/// Raw little-endian elements to a flat JSON array. Floats are the shortest decimals that read back as the same value; NaN and the
/// infinities, which JSON has no literal for, are strings.
/// </summary>
internal static class TensorDataWriter
{
    private const int LongestHalf = 16;

    /// <param name="element">The first element that JSON cannot hold: a string that is not UTF-8.</param>
    public static bool TryWrite(Utf8JsonWriter json, Datatype datatype, ReadOnlySpan<byte> raw, out int element)
    {
        json.WriteStartArray();
        if (!TryWriteElements(json, datatype, raw, out element)) return false;
        json.WriteEndArray();
        return true;
    }

    /// <summary>The elements one after the other, without an array around them.</summary>
    /// <inheritdoc cref="TryWrite"/>
    public static bool TryWriteElements(Utf8JsonWriter json, Datatype datatype, ReadOnlySpan<byte> raw, out int element)
    {
        element = 0;
        switch (datatype)
        {
            case Datatype.Bytes: return TryWriteStrings(json, raw, out element);
            case Datatype.FP32: foreach (var v in MemoryMarshal.Cast<byte, float>(raw)) Write(json, v); break;
            case Datatype.FP64: foreach (var v in MemoryMarshal.Cast<byte, double>(raw)) Write(json, v); break;
            case Datatype.FP16: foreach (var v in MemoryMarshal.Cast<byte, Half>(raw)) Write(json, v); break;
            case Datatype.BF16: foreach (var v in MemoryMarshal.Cast<byte, ushort>(raw)) Write(json, BFloat16.ToSingle(v)); break;
            case Datatype.Bool: foreach (var v in raw) json.WriteBooleanValue(v != 0); break;
            case Datatype.UInt8: foreach (var v in raw) json.WriteNumberValue((uint)v); break;
            case Datatype.UInt16: foreach (var v in MemoryMarshal.Cast<byte, ushort>(raw)) json.WriteNumberValue((uint)v); break;
            case Datatype.UInt32: foreach (var v in MemoryMarshal.Cast<byte, uint>(raw)) json.WriteNumberValue(v); break;
            case Datatype.UInt64: foreach (var v in MemoryMarshal.Cast<byte, ulong>(raw)) json.WriteNumberValue(v); break;
            case Datatype.Int8: foreach (var v in MemoryMarshal.Cast<byte, sbyte>(raw)) json.WriteNumberValue((int)v); break;
            case Datatype.Int16: foreach (var v in MemoryMarshal.Cast<byte, short>(raw)) json.WriteNumberValue((int)v); break;
            case Datatype.Int32: foreach (var v in MemoryMarshal.Cast<byte, int>(raw)) json.WriteNumberValue(v); break;
            case Datatype.Int64: foreach (var v in MemoryMarshal.Cast<byte, long>(raw)) json.WriteNumberValue(v); break;
            default: throw new System.Diagnostics.UnreachableException($"datatype {datatype}");
        }
        return true;
    }

    private static void Write(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteStringValue(NameOf(value));
    }

    private static void Write(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteStringValue(NameOf(value));
    }

    // As a float it would show digits that a half does not have: 0.099975586 for 0.1.
    private static void Write(Utf8JsonWriter json, Half value)
    {
        if (!Half.IsFinite(value))
        {
            json.WriteStringValue(NameOf((double)value));
            return;
        }
        Span<byte> digits = stackalloc byte[LongestHalf];
        if (!value.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture)) throw new System.Diagnostics.UnreachableException();
        json.WriteRawValue(digits[..length], skipInputValidation: true);
    }

    private static ReadOnlySpan<byte> NameOf(double value) => double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8;

    private static bool TryWriteStrings(Utf8JsonWriter json, ReadOnlySpan<byte> raw, out int element)
    {
        for (element = 0; !raw.IsEmpty; element++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(raw);
            var text = raw.Slice(4, length);
            if (!Utf8.IsValid(text)) return false;
            json.WriteStringValue(text);
            raw = raw[(4 + length)..];
        }
        return true;
    }
}
