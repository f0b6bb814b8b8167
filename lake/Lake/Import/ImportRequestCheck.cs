using System.Globalization;

namespace Lake.Import;

/// <summary>Checks what of an import's request can be told without files. Pure.</summary>
internal static class ImportRequestCheck
{
    /// <exception cref="ImportException">A setting is wrong; the message tells all that are.</exception>
    public static void Run(ImportRequest request)
    {
        var errors = new List<string>();
        if (request.SampleRows < 1) errors.Add($"SampleRows is {request.SampleRows}; it must be 1 or more");
        if (request.BatchRows < 1) errors.Add($"BatchRows is {request.BatchRows}; it must be 1 or more");
        if (request.MaxColumnBytes < 1) errors.Add($"MaxColumnBytes is {request.MaxColumnBytes}; it must be 1 or more");
        if (request.BadRows.MaxRows < 0) errors.Add($"BadRows.MaxRows is {request.BadRows.MaxRows}; it must be 0 or more");
        if (request.BadRows.MaxTextLength < 0) errors.Add($"BadRows.MaxTextLength is {request.BadRows.MaxTextLength}; it must be 0 or more");
        if (!(request.BadRows.MaxShare is >= 0 and <= 1)) errors.Add(string.Create(CultureInfo.InvariantCulture, $"BadRows.MaxShare is {request.BadRows.MaxShare}; it must be from 0 to 1"));
        if (request.Csv.Delimiter is { } delimiter && delimiter != '\t' && delimiter is < ' ' or > '~') errors.Add($"Csv.Delimiter is U+{(int)delimiter:X4}; it must be a tab or a character of ASCII from 32 to 126");
        if (request.Csv.Quote is { } quote && (quote is '\n' or '\r' || quote == request.Csv.Delimiter)) errors.Add($"Csv.Quote is U+{(int)quote:X4}; it must be neither a line end nor the delimiter");
        if (request.Csv.Delimiter == '"') errors.Add("Csv.Delimiter is '\"'; it must be another character");
        if (errors.Count > 0) throw new ImportException(string.Join("; ", errors));
    }
}
