using System.Text.Json;

namespace Lake.Import.Building;

/// <summary>Reads nested values from texts, which are JSON then. Stateless.</summary>
internal static class NestedTexts
{
    public static bool TryText(ColumnBuilder builder, ReadOnlySpan<char> text, string rule, out ValueFault fault)
    {
        try
        {
            using var document = JsonDocument.Parse(text.ToString());
            return builder.TryJson(document.RootElement, out fault);
        }
        catch (JsonException)
        {
            fault = new ValueFault(builder.Path, text.ToString(), rule);
            return false;
        }
    }
}
