using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Lake.Import.Building;

/// <summary>Tells whether texts are JSON. Stateless.</summary>
internal static class JsonTexts
{
    public static bool IsJson(ReadOnlySpan<char> text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return IsJson(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    public static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8);
            while (reader.Read())
            {
            }
            return !utf8.IsEmpty;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
