using Avro;
using Avro.Generic;
using Avro.IO;
using Lake.Manifests;

namespace Lake.Files.Avro;

/// <summary>Lines of a manifest list, by field ids.</summary>
internal sealed class ManifestFileReader(Schema schema) : DatumReader<ManifestFile>
{
    private readonly AvroFields _fields = AvroFields.Of(schema);

    private AvroFields? _summary;

    public Schema ReaderSchema => schema;

    public Schema WriterSchema => schema;

    public ManifestFile Read(ManifestFile reuse, Decoder decoder)
    {
        string? path = null;
        long? length = null, sequence = null, minSequence = null, addedBy = null, addedRows = null, existingRows = null, deletedRows = null, firstRow = null;
        int? spec = null, content = null, added = null, existing = null, deleted = null;
        List<FieldSummary>? partitions = null;
        byte[]? key = null;
        for (var i = 0; i < _fields.Ids.Length; i++)
        {
            var at = _fields.Schemas[i];
            switch (_fields.Ids[i])
            {
                case ManifestSchemas.ManifestPath: path = AvroFields.String(decoder, at); break;
                case ManifestSchemas.ManifestLength: length = AvroFields.Long(decoder, at); break;
                case ManifestSchemas.PartitionSpecId: spec = AvroFields.Int(decoder, at); break;
                case ManifestSchemas.ManifestContent: content = AvroFields.Int(decoder, at); break;
                case ManifestSchemas.ManifestSequenceNumber: sequence = AvroFields.Long(decoder, at); break;
                case ManifestSchemas.MinSequenceNumber: minSequence = AvroFields.Long(decoder, at); break;
                case ManifestSchemas.AddedSnapshotId: addedBy = AvroFields.Long(decoder, at); break;
                case ManifestSchemas.AddedFilesCount: added = AvroFields.Int(decoder, at); break;
                case ManifestSchemas.ExistingFilesCount: existing = AvroFields.Int(decoder, at); break;
                case ManifestSchemas.DeletedFilesCount: deleted = AvroFields.Int(decoder, at); break;
                case ManifestSchemas.AddedRowsCount: addedRows = AvroFields.Long(decoder, at); break;
                case ManifestSchemas.ExistingRowsCount: existingRows = AvroFields.Long(decoder, at); break;
                case ManifestSchemas.DeletedRowsCount: deletedRows = AvroFields.Long(decoder, at); break;
                case ManifestSchemas.Partitions: partitions = AvroFields.List(decoder, at, ReadSummary); break;
                case ManifestSchemas.ManifestKeyMetadata: key = AvroFields.Bytes(decoder, at); break;
                case ManifestSchemas.ManifestFirstRowId: firstRow = AvroFields.Long(decoder, at); break;
                default: AvroValue.Skip(decoder, at); break;
            }
        }
        return new ManifestFile
        {
            Path = path ?? throw new LakeFormatException("a manifest list has a line without manifest_path"),
            Length = length ?? throw new LakeFormatException($"the manifest list's line of {path} has no manifest_length"),
            SpecId = spec ?? throw new LakeFormatException($"the manifest list's line of {path} has no partition_spec_id"),
            Content = content is null or 0 ? ManifestContent.Data : content == 1 ? ManifestContent.Deletes : throw new LakeFormatException($"the content of manifest {path} is {content}; it must be 0 or 1"),
            SequenceNumber = sequence ?? 0,
            MinSequenceNumber = minSequence ?? 0,
            AddedSnapshotId = addedBy ?? throw new LakeFormatException($"the manifest list's line of {path} has no added_snapshot_id"),
            AddedFilesCount = added,
            ExistingFilesCount = existing,
            DeletedFilesCount = deleted,
            AddedRowsCount = addedRows,
            ExistingRowsCount = existingRows,
            DeletedRowsCount = deletedRows,
            Partitions = partitions,
            KeyMetadata = key,
            FirstRowId = firstRow,
        };
    }

    private FieldSummary ReadSummary(Decoder decoder, Schema schema)
    {
        _summary ??= AvroFields.Of(schema);
        bool? hasNull = null, hasNaN = null;
        byte[]? lower = null, upper = null;
        for (var i = 0; i < _summary.Ids.Length; i++)
        {
            var at = _summary.Schemas[i];
            switch (_summary.Ids[i])
            {
                case ManifestSchemas.ContainsNull: hasNull = AvroFields.Boolean(decoder, at); break;
                case ManifestSchemas.ContainsNaN: hasNaN = AvroFields.Boolean(decoder, at); break;
                case ManifestSchemas.SummaryLowerBound: lower = AvroFields.Bytes(decoder, at); break;
                case ManifestSchemas.SummaryUpperBound: upper = AvroFields.Bytes(decoder, at); break;
                default: AvroValue.Skip(decoder, at); break;
            }
        }
        return new FieldSummary(hasNull ?? true, hasNaN, lower, upper);
    }
}
