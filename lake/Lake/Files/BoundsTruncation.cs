using System.Text;
using Lake.Types;

namespace Lake.Files;

/// <summary>Bounds of long strings and binaries cut short: a lower one to its beginning, an upper one to a beginning that is above. Pure.</summary>
internal static class BoundsTruncation
{
    /// <param name="type">string, or fixed and binary.</param>
    /// <param name="bytes">The bound's bytes.</param>
    /// <param name="length">Code points or bytes to keep; 0 for all.</param>
    public static byte[] Lower(PrimitiveType type, byte[] bytes, int length) => Prefix(type, bytes, length);

    /// <summary>Null where no shorter value is above, and the whole one is too long to keep.</summary>
    public static byte[]? Upper(PrimitiveType type, byte[] bytes, int length)
    {
        var prefix = Prefix(type, bytes, length);
        if (prefix.Length == bytes.Length) return bytes;
        return type.Kind == TypeKind.String ? NextString(prefix) : NextBytes(prefix);
    }

    private static byte[] Prefix(PrimitiveType type, byte[] bytes, int length)
    {
        if (length == 0 || bytes.Length <= length || type.Kind is not (TypeKind.String or TypeKind.Binary or TypeKind.Fixed)) return bytes;
        if (type.Kind != TypeKind.String) return bytes[..length];
        // Code points: every byte that is no continuation begins one.
        var points = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if ((bytes[i] & 0xc0) != 0x80 && points++ == length) return bytes[..i];
        }
        return bytes;
    }

    private static byte[]? NextBytes(byte[] prefix)
    {
        for (var i = prefix.Length - 1; i >= 0; i--)
        {
            if (prefix[i] == 0xff) continue;
            var next = prefix[..(i + 1)];
            next[i]++;
            return next;
        }
        return null;
    }

    private static byte[]? NextString(byte[] prefix)
    {
        var runes = new List<Rune>();
        foreach (var rune in Encoding.UTF8.GetString(prefix).EnumerateRunes()) runes.Add(rune);
        for (var i = runes.Count - 1; i >= 0; i--)
        {
            // The surrogates between are no characters.
            var next = runes[i].Value == 0xd7ff ? 0xe000 : runes[i].Value + 1;
            if (!Rune.IsValid(next)) continue;
            runes[i] = new Rune(next);
            return Encoding.UTF8.GetBytes(string.Concat(runes.Take(i + 1)));
        }
        return null;
    }
}
