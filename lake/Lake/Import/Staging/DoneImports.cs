using System.Globalization;
using System.Text.Json;
using Lake.Metadata;

namespace Lake.Import.Staging;

/// <summary>
/// Which imports a table has, in its properties: written in the commit that brings the rows, and not lost when its snapshot expires. The newest two hundred are kept: some 30 KB. Stateless.
/// </summary>
internal static class DoneImports
{
    private const int MaxKept = 200;
    private const string Prefix = "import.done.";

    public static DoneImport? Read(TableMetadata metadata, string id) => metadata.Properties.TryGetValue(Prefix + id, out var text) ? Parse(Prefix + id, text) : null;

    /// <summary>Notes an import in a commit that is being made, and forgets the oldest beyond those that are kept.</summary>
    public static void Write(TableMetadata before, MetadataBuilder builder, string id, DoneImport done)
    {
        builder.SetProperty(Prefix + id, JsonText.Of(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("at-ms", done.AtMs);
            json.WriteNumber("files", done.Files);
            json.WriteNumber("rows", done.Rows);
            json.WriteNumber("bad-rows", done.BadRows);
            json.WriteString("mark", done.Mark);
            json.WriteEndObject();
        }));
        var others = before.Properties.Where(p => p.Key.StartsWith(Prefix, StringComparison.Ordinal) && p.Key != Prefix + id).ToList();
        foreach (var (name, _) in others.OrderByDescending(p => Parse(p.Key, p.Value).AtMs).Skip(MaxKept - 1)) builder.RemoveProperty(name);
    }

    private static DoneImport Parse(string name, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var node = new JsonNode(document.RootElement, name);
            return new DoneImport(node.Required("at-ms").Long(), node.Required("files").Int(), node.Required("rows").Long(), node.Required("bad-rows").Long(), node.Required("mark").Text());
        }
        catch (JsonException e)
        {
            throw new LakeFormatException(string.Create(CultureInfo.InvariantCulture, $"property {name} is '{text}'; it must be a JSON object"), e);
        }
    }
}
