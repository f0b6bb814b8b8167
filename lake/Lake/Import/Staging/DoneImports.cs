using System.Text.Json;
using Lake.Metadata;

namespace Lake.Import.Staging;

/// <summary>
/// Which imports the main branch has. The snapshot that brought an import's rows says so, and as long as it is there the history of the branch alone decides: a rollback undoes an import. As
/// snapshots expire, the same commit notes it in the table's properties, some 170 bytes an import, which no other import takes away. Before snapshots expire, the notes of imports that the branch
/// does not have go: those that are left are of imports whose snapshots the branch had. Stateless.
/// </summary>
internal static class DoneImports
{
    /// <summary>Name, in a snapshot's summary, of the import that it is of.</summary>
    public const string Id = "import.id";

    private const string Summary = "import.done";
    private const string Prefix = Summary + ".";

    /// <summary>The import, where the main branch has it; null where it has not.</summary>
    public static DoneImport? Read(TableMetadata metadata, string id)
    {
        Snapshot? oldest = null;
        foreach (var snapshot in History(metadata))
        {
            if (snapshot.Summary.GetValueOrDefault(Id) == id && snapshot.Summary.TryGetValue(Summary, out var own)) return Parse(Summary, own);
            oldest = snapshot;
        }
        if (!metadata.Properties.TryGetValue(Prefix + id, out var text)) return null;
        var noted = Parse(Prefix + id, text);
        return MayHold(oldest, noted) ? noted : null;
    }

    /// <summary>Says it in the summary of the snapshot that is to bring the rows.</summary>
    public static void Sign(IDictionary<string, string> summary, string id, DoneImport done) => (summary[Id], summary[Summary]) = (id, Text(done));

    /// <summary>Notes an import in a commit that is being made.</summary>
    public static void Write(MetadataBuilder builder, string id, DoneImport done) => builder.SetProperty(Prefix + id, Text(done));

    /// <summary>Takes away the notes of imports that the main branch does not have, in a commit that is going to take snapshots away: afterwards it cannot be told any more.</summary>
    public static void Settle(TableMetadata before, MetadataBuilder builder)
    {
        var notes = before.Properties.Where(p => p.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToList();
        if (notes.Count == 0) return;
        var held = new HashSet<string>(StringComparer.Ordinal);
        Snapshot? oldest = null;
        foreach (var snapshot in History(before))
        {
            if (snapshot.Summary.TryGetValue(Id, out var id) && snapshot.Summary.ContainsKey(Summary)) held.Add(Prefix + id);
            oldest = snapshot;
        }
        foreach (var (name, text) in notes)
        {
            if (!held.Contains(name) && !MayHold(oldest, Parse(name, text))) builder.RemoveProperty(name);
        }
    }

    // Whether the snapshot of an import, which is none of those that are there, may be one of the history that is there no more.
    private static bool MayHold(Snapshot? oldest, DoneImport noted)
    {
        if (noted.SequenceNumber is not { } number) return true;
        return oldest?.ParentSnapshotId is not null && oldest.SequenceNumber > number;
    }

    private static IEnumerable<Snapshot> History(TableMetadata metadata) => metadata.CurrentSnapshotId is { } head ? metadata.Ancestors(head) : [];

    private static string Text(DoneImport done) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("at-ms", done.AtMs);
        json.WriteNumber("files", done.Files);
        json.WriteNumber("rows", done.Rows);
        json.WriteNumber("bad-rows", done.BadRows);
        json.WriteString("mark", done.Mark);
        if (done.SequenceNumber is { } number) json.WriteNumber("sequence-number", number);
        json.WriteEndObject();
    });

    private static DoneImport Parse(string name, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var node = new JsonNode(document.RootElement, name);
            return new DoneImport(
                node.Required("at-ms").Long(), node.Required("files").Int(), node.Required("rows").Long(), node.Required("bad-rows").Long(), node.Required("mark").Text(),
                node.Optional("sequence-number")?.Long());
        }
        catch (JsonException e)
        {
            throw new LakeFormatException($"{name} is '{text}'; it must be a JSON object", e);
        }
    }
}
