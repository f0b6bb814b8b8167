using System.Text.Json;
using System.Text.Unicode;

namespace Appliance.Inference.Repository;

/// <summary>Tells JSON whose strings are text from JSON that only looks like it: every later reader of such a string would stumble. Pure.</summary>
public static class JsonUnicode
{
    /// <summary>Whether the bytes are UTF-8, and no string and no name of well-formed JSON holds half a surrogate pair.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json)) return false;
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) _ = reader.GetString();
            }
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
