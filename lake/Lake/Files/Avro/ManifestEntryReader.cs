using Avro;
using Avro.Generic;
using Avro.IO;
using Lake.Manifests;
using Lake.Types;

namespace Lake.Files.Avro;

/// <summary>Entries of one manifest, by field ids; what a new manifest leaves out is inherited from its line in the list.</summary>
/// <param name="schema">The file's own.</param>
/// <param name="manifest">Its line.</param>
/// <param name="partitionType">Of its spec.</param>
/// <param name="isWanted">Whether living files of a partition are wanted; null is given for one that is not. Null for all.</param>
internal sealed class ManifestEntryReader(Schema schema, ManifestFile manifest, StructType partitionType, Func<PartitionTuple, bool>? isWanted) : DatumReader<ManifestEntry?>
{
    // One string for all entries.
    private const string Parquet = "PARQUET";

    private readonly AvroFields _entry = AvroFields.Of(schema);

    private AvroFields? _file;
    private AvroFields? _partition;

    public Schema ReaderSchema => schema;

    public Schema WriterSchema => schema;

    public ManifestEntry? Read(ManifestEntry? reuse, Decoder decoder)
    {
        EntryStatus? status = null;
        long? snapshotId = null, sequence = null, fileSequence = null;
        DataFile? file = null;
        var isLeftOut = false;
        for (var i = 0; i < _entry.Ids.Length; i++)
        {
            var at = _entry.Schemas[i];
            switch (_entry.Ids[i])
            {
                case ManifestSchemas.Status:
                    status = StatusOf(AvroFields.Int(decoder, at));
                    break;
                case ManifestSchemas.SnapshotId:
                    snapshotId = AvroFields.Long(decoder, at);
                    break;
                case ManifestSchemas.SequenceNumber:
                    sequence = AvroFields.Long(decoder, at);
                    break;
                case ManifestSchemas.FileSequenceNumber:
                    fileSequence = AvroFields.Long(decoder, at);
                    break;
                case ManifestSchemas.DataFile:
                    file = ReadFile(decoder, at, status is EntryStatus.Added or EntryStatus.Existing);
                    isLeftOut = file is null;
                    break;
                default:
                    AvroValue.Skip(decoder, at);
                    break;
            }
        }
        if (status is not { } known) throw new LakeFormatException("a manifest entry has no status");
        if (isLeftOut) return null;
        if (file is null) throw new LakeFormatException("a manifest entry has no data_file");
        // A file that came with the manifest has its commit's number; one that was there before keeps what is written.
        if (known == EntryStatus.Added || manifest.SequenceNumber == 0)
        {
            sequence ??= manifest.SequenceNumber;
            fileSequence ??= manifest.SequenceNumber;
        }
        return new ManifestEntry(known, snapshotId ?? manifest.AddedSnapshotId, sequence, fileSequence, file);
    }

    // Null for a living one that is not wanted.
    private DataFile? ReadFile(Decoder decoder, Schema schema, bool isAlive)
    {
        var isLeftOut = false;
        _file ??= AvroFields.Of(schema);
        var content = FileContent.Data;
        string? path = null, format = null, referenced = null;
        long? records = null, size = null, firstRow = null, contentOffset = null, contentSize = null;
        int? sortOrder = null;
        var partition = PartitionTuple.Empty;
        var (columnSizes, valueCounts, nullCounts, nanCounts) = (ColumnMap<long>.Empty, ColumnMap<long>.Empty, ColumnMap<long>.Empty, ColumnMap<long>.Empty);
        var (lower, upper) = (ColumnMap<byte[]>.Empty, ColumnMap<byte[]>.Empty);
        byte[]? key = null;
        List<long>? splits = null;
        List<int>? equality = null;
        for (var i = 0; i < _file.Ids.Length; i++)
        {
            var at = _file.Schemas[i];
            if (isLeftOut)
            {
                AvroValue.Skip(decoder, at);
                continue;
            }
            switch (_file.Ids[i])
            {
                case ManifestSchemas.Content: content = ContentOf(AvroFields.Int(decoder, at)); break;
                case ManifestSchemas.FilePath: path = AvroFields.String(decoder, at); break;
                case ManifestSchemas.FileFormat: format = AvroFields.String(decoder, at); break;
                case ManifestSchemas.Partition:
                    partition = ReadPartition(decoder, at);
                    isLeftOut = isAlive && isWanted?.Invoke(partition) == false;
                    break;
                case ManifestSchemas.RecordCount: records = AvroFields.Long(decoder, at); break;
                case ManifestSchemas.FileSizeInBytes: size = AvroFields.Long(decoder, at); break;
                case ManifestSchemas.ColumnSizes: columnSizes = AvroFields.Map(decoder, at, Long); break;
                case ManifestSchemas.ValueCounts: valueCounts = AvroFields.Map(decoder, at, Long); break;
                case ManifestSchemas.NullValueCounts: nullCounts = AvroFields.Map(decoder, at, Long); break;
                case ManifestSchemas.NanValueCounts: nanCounts = AvroFields.Map(decoder, at, Long); break;
                case ManifestSchemas.LowerBounds: lower = AvroFields.Map(decoder, at, Bytes); break;
                case ManifestSchemas.UpperBounds: upper = AvroFields.Map(decoder, at, Bytes); break;
                case ManifestSchemas.KeyMetadata: key = AvroFields.Bytes(decoder, at); break;
                case ManifestSchemas.SplitOffsets: splits = AvroFields.List(decoder, at, Long); break;
                case ManifestSchemas.EqualityIds: equality = AvroFields.List(decoder, at, (d, s) => checked((int)Long(d, s))); break;
                case ManifestSchemas.SortOrderId: sortOrder = AvroFields.Int(decoder, at); break;
                case ManifestSchemas.FirstRowId: firstRow = AvroFields.Long(decoder, at); break;
                case ManifestSchemas.ReferencedDataFile: referenced = AvroFields.String(decoder, at); break;
                case ManifestSchemas.ContentOffset: contentOffset = AvroFields.Long(decoder, at); break;
                case ManifestSchemas.ContentSizeInBytes: contentSize = AvroFields.Long(decoder, at); break;
                default: AvroValue.Skip(decoder, at); break;
            }
        }
        if (isLeftOut) return null;
        return new DataFile
        {
            Content = content,
            Path = path ?? throw new LakeFormatException("a manifest entry has no file_path"),
            Format = format == Parquet ? Parquet : format ?? throw new LakeFormatException($"the manifest entry of {path} has no file_format"),
            SpecId = manifest.SpecId,
            Partition = partition,
            RecordCount = records ?? throw new LakeFormatException($"the manifest entry of {path} has no record_count"),
            FileSizeInBytes = size ?? throw new LakeFormatException($"the manifest entry of {path} has no file_size_in_bytes"),
            ColumnSizes = columnSizes,
            ValueCounts = valueCounts,
            NullValueCounts = nullCounts,
            NanValueCounts = nanCounts,
            LowerBounds = lower,
            UpperBounds = upper,
            KeyMetadata = key,
            SplitOffsets = splits,
            EqualityIds = equality,
            SortOrderId = sortOrder,
            FirstRowId = firstRow,
            ReferencedDataFile = referenced,
            ContentOffset = contentOffset,
            ContentSizeInBytes = contentSize,
        };
    }

    private PartitionTuple ReadPartition(Decoder decoder, Schema schema)
    {
        _partition ??= AvroFields.Of(schema);
        if (partitionType.Fields.Count == 0 && _partition.Ids.Length == 0) return PartitionTuple.Empty;
        var values = new object?[partitionType.Fields.Count];
        for (var i = 0; i < _partition.Ids.Length; i++)
        {
            var place = -1;
            for (var p = 0; p < values.Length && place < 0; p++)
            {
                if (partitionType.Fields[p].Id == _partition.Ids[i]) place = p;
            }
            if (place < 0) AvroValue.Skip(decoder, _partition.Schemas[i]);
            else values[place] = AvroValue.Read(decoder, _partition.Schemas[i], (PrimitiveType)partitionType.Fields[place].Type);
        }
        return new PartitionTuple(values);
    }

    private static long Long(Decoder decoder, Schema schema) => AvroFields.Long(decoder, schema) ?? throw new LakeFormatException("a manifest has a null where a number must be");

    private static byte[] Bytes(Decoder decoder, Schema schema) => AvroFields.Bytes(decoder, schema) ?? throw new LakeFormatException("a manifest has a null where bytes must be");

    private static EntryStatus StatusOf(int? number) => number is >= 0 and <= 2 ? (EntryStatus)number : throw new LakeFormatException($"a manifest entry's status is {number}; it must be 0, 1 or 2");

    private static FileContent ContentOf(int? number) => number is null ? FileContent.Data : number is >= 0 and <= 2 ? (FileContent)number : throw new LakeFormatException($"a file's content is {number}; it must be 0, 1 or 2");
}
