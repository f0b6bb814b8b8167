using System.Globalization;
using System.Text.Json;
using Lake.Commit;
using Lake.Import.Sources;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Storage;

namespace Lake.Import.Staging;

/// <summary>
/// The branch on which an import stages its rows: it begins without any, and each commit adds some together with how far the import is, so that both are there or neither is. Its name
/// keeps its snapshots from expiry. When all is read, its files come to the main branch in one commit and the branch goes. Stateless.
/// </summary>
internal static class StagingBranch
{
    /// <summary>Age in ms from which expiry drops the branch of an import that no one went on with. 30 days: beyond any pause.</summary>
    private const long MaxAgeMs = 30L * 24 * 60 * 60 * 1000;

    private const string Id = "import.id", Settings = "import.settings", File = "import.file", Row = "import.row", Rows = "import.rows", BadRows = "import.bad-rows", Files = "import.files";

    public static string Name(string id) => $"import-{id}";

    /// <summary>What is staged; null for nothing.</summary>
    /// <exception cref="LakeFormatException">The branch is not one of an import.</exception>
    public static ImportState? Read(TableMetadata metadata, string id)
    {
        if (!metadata.Refs.ContainsKey(Name(id)) || metadata.HeadOf(Name(id)) is not { } head) return null;
        var files = metadata.Ancestors(head.SnapshotId).Reverse().SelectMany(s => s.Summary.TryGetValue(Files, out var text) ? ReadFiles(text) : []).DistinctBy(f => f.Location).ToList();
        return new ImportState(head.SnapshotId, Text(head, Settings), new ImportPosition((int)Number(head, File), Number(head, Row)), Number(head, Rows), Number(head, BadRows), files);
    }

    /// <summary>The change that adds files and says how far the import is then.</summary>
    /// <param name="id">The import.</param>
    /// <param name="before">What was staged before; null for nothing.</param>
    /// <param name="next">What is staged with it; its snapshot is not known yet.</param>
    /// <param name="added">The files.</param>
    /// <exception cref="ImportException">Another run of the import was faster; thrown by the commit.</exception>
    public static TableChange Stage(string id, ImportState? before, ImportState next, IEnumerable<DataFile> added)
    {
        var change = new TableChange
        {
            Operation = SnapshotOperation.Append,
            Branch = Name(id),
            MayStartBranch = before is null,
            Along = (current, builder, snapshot) =>
            {
                // One that began before another run was done would stage, and publish, everything once more.
                if (snapshot.ParentSnapshotId != before?.SnapshotId || DoneImports.Read(current, id) is not null) throw Outrun(id);
                builder.SetRef(Name(id), new SnapshotRef(snapshot.SnapshotId, true) { MinSnapshotsToKeep = int.MaxValue, MaxRefAgeMs = MaxAgeMs });
            },
        };
        change.Added.AddRange(added);
        change.Properties[Id] = id;
        change.Properties[Settings] = next.Settings;
        change.Properties[File] = Text(next.Position.File);
        change.Properties[Row] = Text(next.Position.Row);
        change.Properties[Rows] = Text(next.Rows);
        change.Properties[BadRows] = Text(next.BadRows);
        var begun = next.Files.Skip(before?.Files.Count ?? 0).ToList();
        if (begun.Count > 0) change.Properties[Files] = WriteFiles(begun);
        return change;
    }

    /// <summary>The files that are staged.</summary>
    public static async Task<IReadOnlyList<DataFile>> FilesAsync(ITableStorage storage, TableMetadata metadata, string id, CancellationToken cancellation)
    {
        var files = new List<DataFile>();
        foreach (var manifest in await ManifestFiles.ListAsync(storage, metadata, metadata.HeadOf(Name(id))!, cancellation))
        {
            files.AddRange((await ManifestFiles.EntriesAsync(storage, metadata, manifest, cancellation)).Where(e => e.IsAlive).Select(e => e.File));
        }
        return files;
    }

    /// <summary>Takes the branch away in a commit that is being made; its snapshots go with the next expiry.</summary>
    /// <exception cref="ImportException">It is not as it was: another run of the import is at work.</exception>
    public static void Remove(TableMetadata before, MetadataBuilder builder, string id, long snapshotId)
    {
        if (!before.Refs.TryGetValue(Name(id), out var reference) || reference.SnapshotId != snapshotId) throw Outrun(id);
        builder.RemoveRef(Name(id));
    }

    public static ImportException Outrun(string id) => new($"import '{id}' is being done by someone else at the same time; let one of them end, then run it again");

    private static string WriteFiles(IEnumerable<InputFile> files) => JsonText.Of(json =>
    {
        json.WriteStartArray();
        foreach (var file in files)
        {
            json.WriteStartArray();
            json.WriteStringValue(file.Location);
            json.WriteNumberValue(file.Length);
            json.WriteNumberValue(file.ModifiedMs);
            json.WriteStringValue(file.Head);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    });

    private static List<InputFile> ReadFiles(string text)
    {
        using var document = JsonDocument.Parse(text);
        return new JsonNode(document.RootElement, Files).List(node =>
        {
            var parts = node.Items().ToList();
            return new InputFile(parts[0].Text(), parts[1].Long(), parts[2].Long(), parts[3].Text(), ImportFormat.ByName);
        });
    }

    private static string Text(Snapshot snapshot, string name) => snapshot.Summary.GetValueOrDefault(name) ?? throw new LakeFormatException($"snapshot {snapshot.SnapshotId} has no {name}; its branch is none of an import");

    private static long Number(Snapshot snapshot, string name) => long.TryParse(Text(snapshot, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new LakeFormatException($"{name} of snapshot {snapshot.SnapshotId} is '{Text(snapshot, name)}'; it must be a whole number, 0 or above");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
