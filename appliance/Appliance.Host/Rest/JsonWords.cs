using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Appliance.Host.Rest;

/// <summary>Names JSON tokens in error messages, and reads strings that may hold broken Unicode.</summary>
internal static class JsonWords
{
    /// <summary>Characters of a caller's own text that a message repeats at most.</summary>
    private const int QuotedCharacters = 60;

    /// <summary>What the present value is: <c>an array</c>, or the value itself where it is short.</summary>
    public static string Of(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => $"\"{Shortened(reader.ValueSpan)}\"",
        JsonTokenType.Number => Shortened(reader.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => "null",
    };

    /// <summary>The present property's name as it was written.</summary>
    public static string NameOf(ref Utf8JsonReader reader) => Shortened(reader.ValueSpan);

    /// <summary>Reads a string; false when its bytes or escapes are no Unicode text, which the reader itself only finds out here.</summary>
    public static bool TryGetString(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }

    private static string Shortened(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, QuotedCharacters * 4)]);
        return text.Length <= QuotedCharacters ? text : $"{text.AsSpan(0, QuotedCharacters)}...";
    }
}
