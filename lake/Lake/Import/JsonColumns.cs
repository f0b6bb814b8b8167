using Lake.Import.Building;
using Lake.Types;

namespace Lake.Import;

/// <summary>
/// Text columns that hold JSON: those whose <c>doc</c> is <c>JSON</c> or begins with <c>JSON:</c>, so that the mark goes with the column when it is renamed and other engines show it.
/// Imports check that each of their values is JSON. Stateless.
/// </summary>
public static class JsonColumns
{
    /// <summary>The mark in a field's <c>doc</c>.</summary>
    public const string Mark = "JSON";

    public static bool IsJson(NestedField field) => field.Type.Kind == TypeKind.String && field.Doc is { } doc && (doc == Mark || doc.StartsWith(Mark + ":", StringComparison.Ordinal));

    /// <summary>Full names of a table's columns of JSON, nested ones among them.</summary>
    public static IReadOnlySet<string> Of(TableSchema schema) => schema.FieldIds.Where(id => IsJson(schema.Find(id)!)).Select(id => schema.FullName(id)!).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether a text is one JSON value.</summary>
    public static bool IsJson(string text) => JsonTexts.IsJson(text);
}
