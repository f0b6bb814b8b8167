namespace Appliance.Host.Rest.Features;

/// <summary>
/// Makes JSON of what Python's json module writes of a data frame: NaN, which pandas has where there is no value, becomes null, as Feast stores it; an infinity
/// becomes its name in quotes, which no column of numbers takes. Pure.
/// </summary>
internal static class PythonJson
{
    private static readonly (byte[] Literal, byte[] Json)[] Literals =
    [
        ("NaN"u8.ToArray(), "null"u8.ToArray()), ("-Infinity"u8.ToArray(), "\"-Infinity\""u8.ToArray()), ("Infinity"u8.ToArray(), "\"Infinity\""u8.ToArray()),
    ];

    /// <summary>The body itself where it has none of these.</summary>
    public static ReadOnlyMemory<byte> Read(ReadOnlyMemory<byte> body)
    {
        var bytes = body.Span;
        if (bytes.IndexOf("NaN"u8) < 0 && bytes.IndexOf("Infinity"u8) < 0) return body;
        using var json = new MemoryStream(bytes.Length + 64);
        while (bytes.IndexOfAny("\"NI-"u8) is >= 0 and var at)
        {
            json.Write(bytes[..at]);
            bytes = bytes[at..];
            var taken = Literal(bytes, out var written);
            json.Write(written);
            bytes = bytes[taken..];
        }
        json.Write(bytes);
        return json.ToArray();
    }

    // What the bytes begin with, and what stands for it; all else stands for itself.
    private static int Literal(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> written)
    {
        foreach (var (literal, json) in Literals)
        {
            written = json;
            if (bytes.StartsWith(literal)) return literal.Length;
        }
        written = bytes[0] == (byte)'"' ? bytes[..TextLength(bytes)] : bytes[..1];
        return written.Length;
    }

    // Up to the closing quote; to the end where there is none.
    private static int TextLength(ReadOnlySpan<byte> text)
    {
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] == (byte)'\\') at++;
            else if (text[at] == (byte)'"') return at + 1;
        }
        return text.Length;
    }
}
