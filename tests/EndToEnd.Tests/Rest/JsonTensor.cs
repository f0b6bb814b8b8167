using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Rest;

/// <summary>A tensor's elements as JSON, and back. Written for these tests alone, so that a mistake of the product is not repeated here.</summary>
internal static class JsonTensor
{
    /// <summary>A flat array.</summary>
    public static string Flat(TensorValue tensor) => $"[{string.Join(",", Elements(tensor))}]";

    /// <summary>Arrays in arrays, as the shape says; a tensor without dimensions has none around its only element.</summary>
    public static string Nested(TensorValue tensor)
    {
        var next = new Queue<string>(Elements(tensor));
        return Level(0);

        string Level(int depth) => depth == tensor.Shape.Length
            ? next.Dequeue()
            : $"[{string.Join(",", Enumerable.Range(0, (int)tensor.Shape[depth]).Select(_ => Level(depth + 1)))}]";
    }

    /// <summary>The raw little-endian bytes of a flat array.</summary>
    public static byte[] Raw(string datatype, JsonElement data)
    {
        var elements = data.EnumerateArray();
        return datatype switch
        {
            "BOOL" => Of(elements.Select(e => e.GetBoolean() ? (byte)1 : (byte)0)),
            "UINT8" => Of(elements.Select(e => e.GetByte())),
            "UINT16" => Of(elements.Select(e => e.GetUInt16())),
            "UINT32" => Of(elements.Select(e => e.GetUInt32())),
            "UINT64" => Of(elements.Select(e => e.GetUInt64())),
            "INT8" => Of(elements.Select(e => e.GetSByte())),
            "INT16" => Of(elements.Select(e => e.GetInt16())),
            "INT32" => Of(elements.Select(e => e.GetInt32())),
            "INT64" => Of(elements.Select(e => e.GetInt64())),
            "FP16" => Of(elements.Select(e => (Half)Number(e))),
            "FP32" => Of(elements.Select(e => (float)Number(e))),
            "FP64" => Of(elements.Select(Number)),
            // Every bfloat16 is a float whose lower half is nothing.
            "BF16" => Of(elements.Select(e => (ushort)(BitConverter.SingleToUInt32Bits((float)Number(e)) >> 16))),
            "BYTES" => TensorValue.OfStrings("", [], elements.Select(e => e.GetString()!).ToArray()).Raw,
            _ => throw new ArgumentOutOfRangeException(nameof(datatype), datatype, "not one of the 14"),
        };

        static byte[] Of<T>(IEnumerable<T> values) where T : unmanaged => MemoryMarshal.AsBytes(values.ToArray().AsSpan()).ToArray();
    }

    public static string Text(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    private static IEnumerable<string> Elements(TensorValue tensor) => tensor.Datatype switch
    {
        "BOOL" => tensor.Raw.Select(b => b != 0 ? "true" : "false"),
        "UINT8" => tensor.Raw.Select(v => Whole(v)),
        "UINT16" => tensor.As<ushort>().Select(v => Whole(v)),
        "UINT32" => tensor.As<uint>().Select(v => Whole(v)),
        "UINT64" => tensor.As<ulong>().Select(v => Whole(v)),
        "INT8" => tensor.As<sbyte>().Select(v => Whole(v)),
        "INT16" => tensor.As<short>().Select(v => Whole(v)),
        "INT32" => tensor.As<int>().Select(v => Whole(v)),
        "INT64" => tensor.As<long>().Select(v => Whole(v)),
        "FP16" => tensor.As<Half>().Select(v => Real((double)v, v.ToString("R", CultureInfo.InvariantCulture))),
        "FP32" => tensor.As<float>().Select(v => Real(v, v.ToString("R", CultureInfo.InvariantCulture))),
        "FP64" => tensor.As<double>().Select(v => Real(v, v.ToString("R", CultureInfo.InvariantCulture))),
        "BF16" => tensor.As<ushort>().Select(v => BitConverter.UInt32BitsToSingle((uint)v << 16)).Select(v => Real(v, v.ToString("R", CultureInfo.InvariantCulture))),
        "BYTES" => tensor.Strings().Select(s => Text(Encoding.UTF8.GetString(s))),
        _ => throw new ArgumentOutOfRangeException(nameof(tensor), tensor.Datatype, "not one of the 14"),
    };

    private static string Whole(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    // JSON has no literal for these.
    private static string Real(double value, string digits) => double.IsFinite(value) ? digits : Text(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");

    private static double Number(JsonElement element) => element.ValueKind == JsonValueKind.Number
        ? element.GetDouble()
        : element.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var other => throw new InvalidDataException($"'{other}' is no number"),
        };
}
