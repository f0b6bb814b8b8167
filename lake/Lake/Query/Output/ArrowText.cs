using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;
using Lake.Types;
using Lake.Values;

namespace Lake.Query.Output;

/// <summary>Values of Arrow arrays as texts: times and decimals as <see cref="ValueText"/> has them, bytes hexadecimal, nested values as JSON. Stateless.</summary>
internal static class ArrowText
{
    /// <summary>The names that JSON has no numbers for are texts.</summary>
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether values stand to the right in a column.</summary>
    public static bool IsNumber(IArrowType type) => type.TypeId is ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64 or ArrowTypeId.UInt8 or ArrowTypeId.UInt16 or ArrowTypeId.UInt32 or ArrowTypeId.UInt64
        or ArrowTypeId.Float or ArrowTypeId.Double or ArrowTypeId.Decimal128;

    /// <summary>The text of a row's value; null for null.</summary>
    public static string? Of(IArrowArray array, int row)
    {
        if (array.IsNull(row)) return null;
        if (Scalar(array, row) is { } text) return text;
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Json)) Write(json, array, row);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Writes a row's value as JSON: whole numbers and decimals with all their digits, maps of texts as objects, other maps as pairs.</summary>
    public static void Write(Utf8JsonWriter json, IArrowArray array, int row)
    {
        if (array.IsNull(row))
        {
            json.WriteNullValue();
            return;
        }
        switch (array)
        {
            case StructArray s:
                json.WriteStartObject();
                var fields = ((Apache.Arrow.Types.StructType)s.Data.DataType).Fields;
                for (var i = 0; i < fields.Count; i++)
                {
                    json.WritePropertyName(fields[i].Name);
                    Write(json, s.Fields[i], row);
                }
                json.WriteEndObject();
                break;
            case MapArray m:
                WriteMap(json, m, row);
                break;
            case ListArray l:
                WriteList(json, l.Values, l.ValueOffsets[row], l.ValueOffsets[row + 1]);
                break;
            case FixedSizeListArray f:
                var width = ((FixedSizeListType)f.Data.DataType).ListSize;
                WriteList(json, f.Values, (f.Offset + row) * width, (f.Offset + row + 1) * width);
                break;
            case BooleanArray b:
                json.WriteBooleanValue(b.GetValue(row)!.Value);
                break;
            default:
                var text = Scalar(array, row)!;
                var isNumber = IsNumber(array.Data.DataType) && text is not ("NaN" or "Infinity" or "-Infinity");
                if (isNumber) json.WriteRawValue(text);
                else json.WriteStringValue(text);
                break;
        }
    }

    private static void WriteList(Utf8JsonWriter json, IArrowArray values, int from, int to)
    {
        json.WriteStartArray();
        for (var i = from; i < to; i++) Write(json, values, i);
        json.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter json, MapArray map, int row)
    {
        var hasTextKeys = map.Keys is StringArray;
        if (hasTextKeys) json.WriteStartObject();
        else json.WriteStartArray();
        for (var i = map.ValueOffsets[row]; i < map.ValueOffsets[row + 1]; i++)
        {
            if (hasTextKeys)
            {
                json.WritePropertyName(((StringArray)map.Keys).GetString(i));
                Write(json, map.Values, i);
                continue;
            }
            json.WriteStartArray();
            Write(json, map.Keys, i);
            Write(json, map.Values, i);
            json.WriteEndArray();
        }
        if (hasTextKeys) json.WriteEndObject();
        else json.WriteEndArray();
    }

    // Null for nested values.
    private static string? Scalar(IArrowArray array, int row) => array switch
    {
        StringArray a => a.GetString(row),
        BooleanArray a => a.GetValue(row)!.Value ? "true" : "false",
        Int64Array a => Number(a.Values[row]),
        Int32Array a => Number(a.Values[row]),
        DoubleArray a => a.Values[row].ToString("R", CultureInfo.InvariantCulture),
        FloatArray a => a.Values[row].ToString("R", CultureInfo.InvariantCulture),
        Decimal128Array a => ValueText.Write(PrimitiveType.Decimal(38, ((Decimal128Type)a.Data.DataType).Scale), new BigInteger(a.ValueBuffer.Span.Slice((a.Offset + row) * 16, 16))),
        Date32Array a => ValueText.Write(PrimitiveType.Date, a.Values[row]),
        TimestampArray a => Timestamp((TimestampType)a.Data.DataType, a.Values[row]),
        Time64Array a => ValueText.Write(PrimitiveType.Time, ((Time64Type)a.Data.DataType).Unit == TimeUnit.Nanosecond ? a.Values[row] / 1000 : a.Values[row]),
        FixedSizeBinaryArray a => Convert.ToHexStringLower(a.GetBytes(row)),
        BinaryArray a => Convert.ToHexStringLower(a.GetBytes(row)),
        Int16Array a => Number(a.Values[row]),
        Int8Array a => Number(a.Values[row]),
        UInt8Array a => Number(a.Values[row]),
        UInt16Array a => Number(a.Values[row]),
        UInt32Array a => Number(a.Values[row]),
        UInt64Array a => Number(a.Values[row]),
        MonthDayNanosecondIntervalArray a => Interval(a.Values[row]),
        DictionaryArray a => Of(a.Dictionary, int.Parse(Scalar(a.Indices, row)!, CultureInfo.InvariantCulture)),
        StructArray or ListArray or FixedSizeListArray => null,
        _ => throw new QueryException($"a column of the result is of type {array.Data.DataType.Name}, which has no text here; CAST it to VARCHAR in the query"),
    };

    private static string Number<T>(T value)
        where T : INumber<T> => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Timestamp(TimestampType type, long value)
    {
        var hasZone = !string.IsNullOrEmpty(type.Timezone);
        return type.Unit switch
        {
            TimeUnit.Nanosecond => ValueText.Write(hasZone ? PrimitiveType.TimestampTzNs : PrimitiveType.TimestampNs, value),
            TimeUnit.Microsecond => ValueText.Write(hasZone ? PrimitiveType.TimestampTz : PrimitiveType.Timestamp, value),
            _ => ValueText.Write(hasZone ? PrimitiveType.TimestampTz : PrimitiveType.Timestamp, value * (type.Unit == TimeUnit.Second ? 1_000_000 : 1000)),
        };
    }

    // ISO 8601.
    private static string Interval(Apache.Arrow.Scalars.MonthDayNanosecondInterval value) =>
        string.Create(CultureInfo.InvariantCulture, $"P{value.Months}M{value.Days}DT{value.Nanoseconds / 1e9:0.#########}S");
}
