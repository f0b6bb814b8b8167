// Hot path: once per entity value of a request.
using System.Text;
using System.Text.Unicode;
using Appliance.Inference.Tensors;
using FeatureModel.Values;

namespace Appliance.Host.Grpc.Feast;

/// <summary>Reads a serialized <c>feast.types.Value</c>. Never throws on malformed bytes.</summary>
internal static class FeastValueDecoder
{
    private const long MicrosPerSecond = 1_000_000;

    /// <summary>
    /// Reads an element of field 1 of a RepeatedValue that is an int64 and nothing else, as nearly all are; <paramref name="at"/> then stands behind it.
    /// False for any other, which <see cref="TryRead"/> may take.
    /// </summary>
    public static bool TryReadInt64(ReadOnlySpan<byte> elements, ref int at, out long value)
    {
        value = 0;
        // Field 1 of so many bytes, in it field 4 as a varint.
        if (elements.Length - at < 4 || elements[at] != 0x0a || elements[at + 2] != 0x20) return false;
        var number = elements[(at + 2)..];
        var length = elements[at + 1];
        // The longest is ten bytes behind its tag.
        if (length is < 2 or > 11 || length > number.Length) return false;
        ulong bits = 0;
        for (var i = 1; i < length; i++)
        {
            var part = number[i];
            if (part < 0x80 != (i == length - 1) || (i == 10 && part > 1)) return false;
            bits |= (ulong)(part & 0x7f) << (7 * (i - 1));
        }
        value = (long)bits;
        at += 2 + length;
        return true;
    }

    /// <summary>False for bytes that are no value; with a message for one of a kind that is not taken.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out FeatureValue value, out string? refusal)
    {
        value = FeatureValue.Null;
        refusal = null;
        var reader = new WireReader(message);
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (!reader.TryReadField(wire, out var payload, out var number)) return false;
            // The last one of a oneof counts.
            switch (field, wire)
            {
                case (1, 2): value = FeatureValue.Of(payload.ToArray()); break;
                case (2, 2) when !Utf8.IsValid(payload): refusal = "text that is not valid UTF-8"; return true;
                case (2, 2): value = FeatureValue.Of(Encoding.UTF8.GetString(payload)); break;
                case (3, 0): value = FeatureValue.Of((int)number); break;
                case (4, 0): value = FeatureValue.Of((long)number); break;
                case (5, 1): value = FeatureValue.Of(BitConverter.Int64BitsToDouble((long)number)); break;
                case (6, 5): value = FeatureValue.Of(BitConverter.Int32BitsToSingle((int)number)); break;
                case (7, 0): value = FeatureValue.Of(number != 0); break;
                case (8, 0):
                    if ((long)number is > long.MaxValue / MicrosPerSecond or < long.MinValue / MicrosPerSecond)
                    {
                        refusal = "a moment beyond the year 294,000";
                        return true;
                    }
                    value = FeatureValue.OfTimestamp((long)number * MicrosPerSecond);
                    break;
                case (19, 0): value = FeatureValue.Null; break;
                case ( >= 11 and <= 18, 2) or (20 or 21 or 32, 2):
                    refusal = "a list, map or JSON";
                    return true;
                default:
                    if (field is >= 1 and <= 8) return false;
                    break;
            }
        }
        return reader.AtEnd;
    }
}
