using System.Globalization;
using Lake.Files.Avro;
using Lake.Metadata;
using Lake.Storage;
using Lake.Types;

namespace Lake.Manifests;

/// <summary>Collects entries of one spec and writes them as one manifest. Used by one thread.</summary>
internal sealed class ManifestWriter(PartitionSpec spec, TableSchema schema, ManifestContent content)
{
    private readonly List<ManifestEntry> _entries = [];
    private readonly StructType _partition = spec.PartitionType(schema);

    public int Count => _entries.Count;

    public void Add(ManifestEntry entry) => _entries.Add(entry);

    /// <summary>Writes the manifest and gives its line for a list.</summary>
    /// <param name="storage">Where.</param>
    /// <param name="location">Where in it.</param>
    /// <param name="snapshotId">The snapshot that it comes with.</param>
    /// <param name="sequenceNumber">That snapshot's sequence number: what entries without one will inherit.</param>
    /// <param name="cancellation">Ends the wait for the storage.</param>
    public async Task<ManifestFile> WriteAsync(ITableStorage storage, string location, long snapshotId, long sequenceNumber, CancellationToken cancellation)
    {
        var bytes = AvroContainer.Write(new ManifestEntryWriter(_partition), Properties(), _entries);
        await storage.WriteAsync(location, bytes, cancellation);
        var alive = _entries.Where(e => e.IsAlive).ToList();
        return new ManifestFile
        {
            Path = location,
            Length = bytes.Length,
            SpecId = spec.SpecId,
            Content = content,
            SequenceNumber = sequenceNumber,
            MinSequenceNumber = alive.Count == 0 ? sequenceNumber : alive.Min(e => e.SequenceNumber ?? sequenceNumber),
            AddedSnapshotId = snapshotId,
            AddedFilesCount = FilesOf(EntryStatus.Added),
            ExistingFilesCount = FilesOf(EntryStatus.Existing),
            DeletedFilesCount = FilesOf(EntryStatus.Deleted),
            AddedRowsCount = RowsOf(EntryStatus.Added),
            ExistingRowsCount = RowsOf(EntryStatus.Existing),
            DeletedRowsCount = RowsOf(EntryStatus.Deleted),
            Partitions = PartitionSummary.Of(_partition, alive.Select(e => e.File.Partition)),
        };
    }

    private int FilesOf(EntryStatus status) => _entries.Count(e => e.Status == status);

    private long RowsOf(EntryStatus status) => _entries.Where(e => e.Status == status).Sum(e => e.File.RecordCount);

    private List<KeyValuePair<string, string>> Properties() =>
    [
        new("schema", SchemaJson.Text(schema)),
        new("schema-id", schema.SchemaId.ToString(CultureInfo.InvariantCulture)),
        new("partition-spec", JsonText.Of(json => PartitioningJson.WriteFields(json, spec.Fields))),
        new("partition-spec-id", spec.SpecId.ToString(CultureInfo.InvariantCulture)),
        new("format-version", "2"),
        new("content", content == ManifestContent.Data ? "data" : "deletes"),
    ];
}
