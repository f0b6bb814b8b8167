// Hot path: one name and one value per key and row.
using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Appliance.Scoring.Entities;

namespace Appliance.Host.Rest.Business;

/// <summary>Reads the entity of a row, or the userId that stands for it. The text was read as JSON before, so only its meaning can be wrong.</summary>
internal static class EntityJsonReader
{
    // Names and texts up to here are unescaped on the stack.
    private const int StackBytes = 256;

    /// <summary>Reads an object of join keys; false when the writer refused it and said why.</summary>
    public static bool ReadEntity(ReadOnlySpan<byte> entity, int maxDepth, EntityKeyWriter writer)
    {
        if (!writer.Begin()) return false;
        var reader = new Utf8JsonReader(entity, new JsonReaderOptions { MaxDepth = maxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!SelectKey(ref reader, writer)) return false;
            reader.Read();
            if (!SetValue(ref reader, writer)) return false;
            reader.Skip();
        }
        return true;
    }

    /// <summary>Reads a userId where it can stand for the entity; false when the writer refused it and said why.</summary>
    public static bool ReadUserId(ReadOnlySpan<byte> userId, EntityKeyWriter writer)
    {
        if (!writer.TryBeginUser()) return true;
        var reader = new Utf8JsonReader(userId);
        reader.Read();
        return SetValue(ref reader, writer);
    }

    private static bool SelectKey(ref Utf8JsonReader reader, EntityKeyWriter writer)
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

    private static bool SetValue(ref Utf8JsonReader reader, EntityKeyWriter writer) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetInt64(out var whole) => writer.SetInteger(whole),
        JsonTokenType.Number => reader.TryGetDouble(out var number) ? writer.SetNumber(number) : writer.RefuseValue(JsonWords.Of(ref reader)),
        JsonTokenType.String => SetText(ref reader, writer),
        JsonTokenType.True => writer.SetBool(true),
        JsonTokenType.False => writer.SetBool(false),
        _ => writer.RefuseValue(JsonWords.Of(ref reader)),
    };

    private static bool SetText(ref Utf8JsonReader reader, EntityKeyWriter writer)
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
