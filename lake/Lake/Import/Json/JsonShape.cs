using System.Text.Json;
using Lake.Import.Sources;
using Lake.Storage;

namespace Lake.Import.Json;

/// <summary>Tells files of JSON lines from JSON that stands in a file otherwise, of which every line would be a bad row. Stateless.</summary>
internal static class JsonShape
{
    private enum Text
    {
        Whole,
        Begun,
        Damaged,
    }

    /// <summary>Looks at the first two lines that are not blank; one that was merely cut off is left to be a bad row.</summary>
    /// <exception cref="ImportException">The file is one array, or its objects go over several lines; or it is damaged.</exception>
    public static async Task CheckAsync(ITableStorage storage, InputFile file, CancellationToken cancellation)
    {
        using var lines = await JsonLines.OpenAsync(storage, file, cancellation);
        if (!lines.MoveNext()) return;
        var first = lines.Line.ToArray();
        var state = Of(first);
        var second = lines.MoveNext() ? lines.Line.ToArray() : null;
        switch ((char)first.AsSpan().TrimStart(" \t\r"u8)[0])
        {
            case '[' when second is null ? state == Text.Whole : state == Text.Begun:
                throw Refusal(file.Location, "is one JSON array", ".[]");
            case '{' when second is not null && state == Text.Begun && Of(second) != Text.Whole && Of([.. first, (byte)'\n', .. second]) != Text.Damaged:
                throw Refusal(file.Location, "has JSON objects that go over several lines", ".");
        }
    }

    private static ImportException Refusal(string location, string what, string filter)
    {
        var name = Path.GetFileName(location);
        return new ImportException($"{location} {what}; it must have one object a line, as jq -c '{filter}' {name} > {Path.GetFileNameWithoutExtension(name)}.jsonl makes it (decompress it first where it is compressed)");
    }

    private static Text Of(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
            }
            return reader.CurrentDepth == 0 && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray ? Text.Whole : Text.Begun;
        }
        catch (JsonException)
        {
            return Text.Damaged;
        }
    }
}
