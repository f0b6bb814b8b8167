using Lake.Import.Sources;
using Lake.Storage;

namespace Lake.Import.Csv;

/// <summary>Finds the delimiter of a file that no one named. Stateless.</summary>
internal static class CsvDelimiter
{
    /// <summary>Characters of the first line that are looked at. 65,536: thousands of columns.</summary>
    private const int MaxLine = 1 << 16;

    public static async Task<char> OfAsync(ITableStorage storage, InputFile file, CsvLayout layout, CancellationToken cancellation)
    {
        if (file.Location.Contains(".tsv", StringComparison.OrdinalIgnoreCase)) return '\t';
        using var input = await InputStream.OpenAsync(storage, file.Location, cancellation);
        using var text = new StreamReader(input.Content, CsvEncoding.Of(layout.Encoding));
        var start = new char[MaxLine];
        var read = await text.ReadBlockAsync(start, cancellation);
        return Of(start.AsSpan(0, read), layout.Quote);
    }

    /// <summary>The one of <c>, ; | tab</c> that the first line has most of outside of quotes; a comma where it has none.</summary>
    public static char Of(ReadOnlySpan<char> text, char? quote)
    {
        ReadOnlySpan<char> candidates = [',', ';', '\t', '|'];
        Span<int> counts = [0, 0, 0, 0];
        var isQuoted = false;
        foreach (var c in text)
        {
            if (c == quote) isQuoted = !isQuoted;
            if (isQuoted) continue;
            if (c is '\n' or '\r') break;
            if (candidates.IndexOf(c) is >= 0 and var at) counts[at]++;
        }
        var best = 0;
        for (var i = 1; i < counts.Length; i++)
        {
            if (counts[i] > counts[best]) best = i;
        }
        return candidates[best];
    }
}
