// Hot path: text fields of events mostly hold a few words that come again and again.
using System.Text;
using System.Text.Json;

namespace Appliance.Features.Ingest;

/// <summary>
/// Strings for short UTF-8 texts that were seen lately on this thread. A place holds the text seen last; others that fall on it are made anew.
/// </summary>
internal static class TextCache
{
    private const int Places = 1024;

    // Longer text is rarely the same twice.
    private const int MaxBytes = 64;

    [ThreadStatic]
    private static (byte[] Utf8, string Text)[]? places;

    public static string Of(ref Utf8JsonReader reader) => reader.ValueIsEscaped || reader.HasValueSequence ? reader.GetString()! : Of(reader.ValueSpan);

    public static string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxBytes) return Encoding.UTF8.GetString(utf8);
        var table = places ??= new (byte[], string)[Places];
        ref var place = ref table[Hash(utf8) & (Places - 1)];
        if (place.Utf8 is not null && utf8.SequenceEqual(place.Utf8)) return place.Text;
        place = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        return place.Text;
    }

    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = 2166136261u;
        foreach (var b in utf8) hash = (hash ^ b) * 16777619u;
        return hash ^ hash >> 15;
    }
}
