using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Lake.Query.Output;

namespace LakeService.Commands;

/// <summary>Where a command writes: what it was asked for to one stream, errors and progress to another. Used by one thread.</summary>
/// <param name="Stream">Results.</param>
/// <param name="Error">Errors and progress.</param>
/// <param name="IsTerminal">Whether a person looks at <paramref name="Error"/>, so that a line may be written over.</param>
public sealed record CommandOutput(Stream Stream, TextWriter Error, bool IsTerminal)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true,
    };

    public void Line(string text) => Stream.Write(Encoding.UTF8.GetBytes(text + "\n"));

    public void WriteJson<T>(T value) => Line(JsonSerializer.Serialize(value, Json));

    /// <summary>Lines in columns, the first of them names; numbers are to be given as texts.</summary>
    public void Columns(IReadOnlyList<string[]> lines)
    {
        var widths = Enumerable.Range(0, lines[0].Length).Select(i => lines.Max(l => TextWidth.Of(l[i]))).ToArray();
        foreach (var line in lines) Line(string.Join("  ", line.Select((t, i) => t + new string(' ', widths[i] - TextWidth.Of(t)))).TrimEnd());
    }
}
