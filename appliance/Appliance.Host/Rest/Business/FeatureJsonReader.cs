// Hot path: one name and one value per feature and row.
using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Appliance.Scoring.Features;

namespace Appliance.Host.Rest.Business;

/// <summary>Reads one JSON object of features into a row. The text was read as JSON before, so only its meaning can be wrong.</summary>
internal static class FeatureJsonReader
{
    // Names and texts up to here are unescaped on the stack.
    private const int StackBytes = 256;

    /// <summary>Reads the features of the writer's present row; false when it refused one and said why.</summary>
    public static bool ReadFeatures(ReadOnlySpan<byte> features, int maxDepth, FeatureRowWriter writer)
    {
        var reader = new Utf8JsonReader(features, new JsonReaderOptions { MaxDepth = maxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!SelectFeature(ref reader, writer)) return false;
            reader.Read();
            if (!SetValue(ref reader, writer)) return false;
        }
        return true;
    }

    private static bool SelectFeature(ref Utf8JsonReader reader, FeatureRowWriter writer)
    {
        if (!reader.ValueIsEscaped) return writer.Select(reader.ValueSpan);
        byte[]? rented = null;
        var written = reader.ValueSpan;
        var buffer = written.Length <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(written.Length);
        // A name that is no Unicode text is nobody's name: it is looked up, and refused, as it was written.
        var selected = writer.Select(JsonText.TryCopy(in reader, buffer, out var length) ? buffer[..length] : written);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return selected;
    }

    private static bool SetValue(ref Utf8JsonReader reader, FeatureRowWriter writer) => reader.TokenType switch
    {
        JsonTokenType.Number => SetNumber(ref reader, writer),
        JsonTokenType.String => SetText(ref reader, writer),
        JsonTokenType.True => writer.SetBool(true),
        JsonTokenType.False => writer.SetBool(false),
        JsonTokenType.Null => writer.SetNull(),
        _ => writer.RefuseValue(JsonWords.Of(ref reader)),
    };

    private static bool SetNumber(ref Utf8JsonReader reader, FeatureRowWriter writer)
    {
        if (writer.SelectedType != FeatureType.Double && reader.TryGetInt64(out var whole)) return writer.SetInteger(whole);
        return reader.TryGetDouble(out var number) ? writer.SetNumber(number) : writer.RefuseValue(JsonWords.Of(ref reader));
    }

    private static bool SetText(ref Utf8JsonReader reader, FeatureRowWriter writer)
    {
        var written = reader.ValueSpan;
        if (!reader.ValueIsEscaped) return Utf8.IsValid(written) ? writer.SetText(written) : writer.RefuseValue("not valid UTF-8");
        byte[]? rented = null;
        var buffer = written.Length <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(written.Length);
        var set = JsonText.TryCopy(in reader, buffer, out var length)
            ? writer.SetText(buffer[..length])
            : writer.RefuseValue("not valid Unicode text");
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return set;
    }
}
