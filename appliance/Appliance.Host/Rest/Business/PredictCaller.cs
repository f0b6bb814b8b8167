// Hot path of models whose requests are split.
using System.Text.Json;
using Appliance.Inference.Batching;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Traffic;

namespace Appliance.Host.Rest.Business;

/// <summary>Makes the caller's key of a scoring request: the entity of its first row, else that row's userId.</summary>
internal static class PredictCaller
{
    // A longer name or text is no key of an entity.
    private const int MaxBytes = 1024;

    /// <param name="binding">The features of the model; null where they do not tell join keys from the rest.</param>
    public static void Take(ReadOnlySpan<byte> entity, ReadOnlySpan<byte> userId, EntityBinding? binding, BatchEntry entry)
    {
        if (!entity.IsEmpty) TakeEntity(entity, binding, entry);
        else if (!userId.IsEmpty) TakeUser(userId, entry);
    }

    private static void TakeEntity(ReadOnlySpan<byte> entity, EntityBinding? binding, BatchEntry entry)
    {
        var caller = new EntityCaller(binding);
        Span<byte> name = stackalloc byte[MaxBytes], value = stackalloc byte[MaxBytes];
        var reader = new Utf8JsonReader(entity);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isNamed = TryText(ref reader, name, out var nameLength);
            reader.Read();
            if (isNamed && TryText(ref reader, value, out var valueLength)) caller.Add(name[..nameLength], value[..valueLength]);
            reader.Skip();
        }
        caller.Give(entry);
    }

    private static void TakeUser(ReadOnlySpan<byte> userId, BatchEntry entry)
    {
        Span<byte> value = stackalloc byte[MaxBytes];
        var reader = new Utf8JsonReader(userId);
        reader.Read();
        if (TryText(ref reader, value, out var length)) CallerKey.Set(entry, value[..length]);
    }

    // Keys are texts and whole numbers: anything else tells no caller from another.
    private static bool TryText(ref Utf8JsonReader reader, scoped Span<byte> text, out int length)
    {
        length = 0;
        if (reader.ValueSpan.Length > text.Length) return false;
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) return JsonText.TryCopy(in reader, text, out length);
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var whole)
            && whole.TryFormat(text, out length, default, System.Globalization.CultureInfo.InvariantCulture);
    }
}
