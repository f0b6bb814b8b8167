// Hot path of callers that pack, or say what they take.
using System.Globalization;

namespace Appliance.Host.Codings;

/// <summary>The names of codings, and what a caller's list of them comes to. Pure.</summary>
internal static class ContentCodings
{
    /// <summary>What is taken, as gRPC lists it: without blanks, "identity" named.</summary>
    public const string TakenByGrpc = "identity,gzip,deflate";

    /// <summary>What is taken, as HTTP lists it.</summary>
    public const string TakenByHttp = "gzip, deflate";

    public static string Name(ContentCoding coding) => coding switch
    {
        ContentCoding.Gzip => "gzip",
        ContentCoding.Deflate => "deflate",
        _ => "identity",
    };

    /// <summary>The coding of a name; false for one that is not known here. "x-gzip" is gzip, as RFC 9110 has it.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out ContentCoding coding)
    {
        coding = name switch
        {
            _ when Is(name, "gzip") || Is(name, "x-gzip") => ContentCoding.Gzip,
            _ when Is(name, "deflate") => ContentCoding.Deflate,
            _ => ContentCoding.Identity,
        };
        return coding != ContentCoding.Identity || name.IsEmpty || Is(name, "identity");
    }

    /// <summary>Whether a list without weights, as gRPC's, holds the coding.</summary>
    public static bool Lists(ReadOnlySpan<byte> list, ContentCoding coding)
    {
        Span<char> name = stackalloc char[16];
        foreach (var range in list.Split((byte)','))
        {
            var item = list[range].Trim((byte)' ');
            if (item.Length > name.Length) continue;
            System.Text.Encoding.Latin1.GetChars(item, name);
            if (Is(name[..item.Length], Name(coding))) return true;
        }
        return false;
    }

    /// <summary>The coding to answer in, of what an Accept-Encoding header says: the one with the highest weight, gzip where they are equal.</summary>
    public static ContentCoding Choose(string? accepted)
    {
        if (string.IsNullOrEmpty(accepted)) return ContentCoding.Identity;
        // Below 0: not named.
        double gzip = -1, deflate = -1, identity = -1, any = -1;
        foreach (var range in accepted.AsSpan().Split(','))
        {
            var item = accepted.AsSpan(range);
            var semicolon = item.IndexOf(';');
            var name = (semicolon < 0 ? item : item[..semicolon]).Trim();
            var weight = semicolon < 0 ? 1 : WeightOf(item[(semicolon + 1)..].Trim());
            if (Is(name, "gzip") || Is(name, "x-gzip")) gzip = weight;
            else if (Is(name, "deflate")) deflate = weight;
            else if (Is(name, "identity")) identity = weight;
            else if (name is "*") any = weight;
        }
        if (gzip < 0) gzip = any;
        if (deflate < 0) deflate = any;
        var best = Math.Max(gzip, deflate);
        // Unpacked is always good enough, but only as good as a coding where the caller weighs it higher.
        if (best <= 0 || identity > best) return ContentCoding.Identity;
        return gzip >= deflate ? ContentCoding.Gzip : ContentCoding.Deflate;
    }

    // "q=0.5"; a weight that cannot be read counts for nothing.
    private static double WeightOf(ReadOnlySpan<char> text) =>
        text.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
        && double.TryParse(text[2..].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) && weight <= 1
            ? weight
            : 0;

    private static bool Is(ReadOnlySpan<char> name, string coding) => name.Equals(coding, StringComparison.OrdinalIgnoreCase);
}
