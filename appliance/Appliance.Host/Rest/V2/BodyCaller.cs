// Hot path of models whose requests are split.
using System.Text.Json;
using Appliance.Inference.Batching;
using Appliance.Scoring.Traffic;

namespace Appliance.Host.Rest.V2;

/// <summary>
/// Finds the caller's key among the parameters of an inference request before the request is read: the version must be known by then. What is wrong with the body
/// is told when it is read.
/// </summary>
internal static class BodyCaller
{
    /// <param name="jsonLength">Bytes of JSON at the start of the body.</param>
    public static void Find(ReadOnlySpan<byte> body, int jsonLength, BatchEntry entry)
    {
        var json = body[..jsonLength];
        // Hardly a request has one, and looking for its name is quicker than reading the body.
        if (json.IndexOf("caller_key"u8) < 0) return;
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isParameters = JsonText.Is(in reader, "parameters"u8);
                reader.Read();
                if (isParameters && reader.TokenType == JsonTokenType.StartObject) FindIn(ref reader, entry);
                else reader.Skip();
            }
        }
        catch (JsonException)
        {
            // The decoder meets the same fault and says where it is.
        }
    }

    private static void FindIn(ref Utf8JsonReader reader, BatchEntry entry)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isKey = JsonText.Is(in reader, "caller_key"u8);
            reader.Read();
            if (isKey) Set(ref reader, entry);
            reader.Skip();
        }
    }

    private static void Set(ref Utf8JsonReader reader, BatchEntry entry)
    {
        if (reader.TokenType == JsonTokenType.Number) CallerKey.Set(entry, reader.ValueSpan);
        if (reader.TokenType != JsonTokenType.String) return;
        Span<byte> text = stackalloc byte[CallerKey.MaxBytes];
        if (reader.ValueSpan.Length <= text.Length && JsonText.TryCopy(in reader, text, out var length)) CallerKey.Set(entry, text[..length]);
    }
}
