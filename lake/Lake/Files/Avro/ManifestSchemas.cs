using Lake.Types;

namespace Lake.Files.Avro;

/// <summary>The records of manifests and manifest lists, version 2, with the specification's field ids.</summary>
internal static class ManifestSchemas
{
    public const int Status = 0;
    public const int SnapshotId = 1;
    public const int SequenceNumber = 3;
    public const int FileSequenceNumber = 4;
    public const int DataFile = 2;

    public const int Content = 134;
    public const int FilePath = 100;
    public const int FileFormat = 101;
    public const int Partition = 102;
    public const int RecordCount = 103;
    public const int FileSizeInBytes = 104;
    public const int ColumnSizes = 108;
    public const int ValueCounts = 109;
    public const int NullValueCounts = 110;
    public const int NanValueCounts = 137;
    public const int LowerBounds = 125;
    public const int UpperBounds = 128;
    public const int KeyMetadata = 131;
    public const int SplitOffsets = 132;
    public const int EqualityIds = 135;
    public const int SortOrderId = 140;
    public const int FirstRowId = 142;
    public const int ReferencedDataFile = 143;
    public const int ContentOffset = 144;
    public const int ContentSizeInBytes = 145;

    public const int ManifestPath = 500;
    public const int ManifestLength = 501;
    public const int PartitionSpecId = 502;
    public const int ManifestContent = 517;
    public const int ManifestSequenceNumber = 515;
    public const int MinSequenceNumber = 516;
    public const int AddedSnapshotId = 503;
    public const int AddedFilesCount = 504;
    public const int ExistingFilesCount = 505;
    public const int DeletedFilesCount = 506;
    public const int AddedRowsCount = 512;
    public const int ExistingRowsCount = 513;
    public const int DeletedRowsCount = 514;
    public const int Partitions = 507;
    public const int ManifestKeyMetadata = 519;
    public const int ManifestFirstRowId = 520;

    public const int ContainsNull = 509;
    public const int ContainsNaN = 518;
    public const int SummaryLowerBound = 510;
    public const int SummaryUpperBound = 511;

    private static readonly StructType FieldSummary = new(
    [
        NestedField.Required(ContainsNull, "contains_null", PrimitiveType.Boolean),
        NestedField.Optional(ContainsNaN, "contains_nan", PrimitiveType.Boolean),
        NestedField.Optional(SummaryLowerBound, "lower_bound", PrimitiveType.Binary),
        NestedField.Optional(SummaryUpperBound, "upper_bound", PrimitiveType.Binary),
    ]);

    /// <summary>A manifest list's record. The order is the order of writing.</summary>
    public static readonly StructType ManifestFile = new(
    [
        NestedField.Required(ManifestPath, "manifest_path", PrimitiveType.String),
        NestedField.Required(ManifestLength, "manifest_length", PrimitiveType.Long),
        NestedField.Required(PartitionSpecId, "partition_spec_id", PrimitiveType.Int),
        NestedField.Required(ManifestContent, "content", PrimitiveType.Int),
        NestedField.Required(ManifestSequenceNumber, "sequence_number", PrimitiveType.Long),
        NestedField.Required(MinSequenceNumber, "min_sequence_number", PrimitiveType.Long),
        NestedField.Required(AddedSnapshotId, "added_snapshot_id", PrimitiveType.Long),
        NestedField.Required(AddedFilesCount, "added_files_count", PrimitiveType.Int),
        NestedField.Required(ExistingFilesCount, "existing_files_count", PrimitiveType.Int),
        NestedField.Required(DeletedFilesCount, "deleted_files_count", PrimitiveType.Int),
        NestedField.Required(AddedRowsCount, "added_rows_count", PrimitiveType.Long),
        NestedField.Required(ExistingRowsCount, "existing_rows_count", PrimitiveType.Long),
        NestedField.Required(DeletedRowsCount, "deleted_rows_count", PrimitiveType.Long),
        NestedField.Optional(Partitions, "partitions", new ListType(508, FieldSummary, true)),
        NestedField.Optional(ManifestKeyMetadata, "key_metadata", PrimitiveType.Binary),
    ]);

    /// <summary>A manifest's record over partitions of a type. The order is the order of writing.</summary>
    public static StructType ManifestEntry(StructType partition) => new(
    [
        NestedField.Required(Status, "status", PrimitiveType.Int),
        NestedField.Optional(SnapshotId, "snapshot_id", PrimitiveType.Long),
        NestedField.Optional(SequenceNumber, "sequence_number", PrimitiveType.Long),
        NestedField.Optional(FileSequenceNumber, "file_sequence_number", PrimitiveType.Long),
        NestedField.Required(DataFile, "data_file", new StructType(
        [
            NestedField.Required(Content, "content", PrimitiveType.Int),
            NestedField.Required(FilePath, "file_path", PrimitiveType.String),
            NestedField.Required(FileFormat, "file_format", PrimitiveType.String),
            NestedField.Required(Partition, "partition", partition),
            NestedField.Required(RecordCount, "record_count", PrimitiveType.Long),
            NestedField.Required(FileSizeInBytes, "file_size_in_bytes", PrimitiveType.Long),
            NestedField.Optional(ColumnSizes, "column_sizes", new MapType(117, PrimitiveType.Int, 118, PrimitiveType.Long, true)),
            NestedField.Optional(ValueCounts, "value_counts", new MapType(119, PrimitiveType.Int, 120, PrimitiveType.Long, true)),
            NestedField.Optional(NullValueCounts, "null_value_counts", new MapType(121, PrimitiveType.Int, 122, PrimitiveType.Long, true)),
            NestedField.Optional(NanValueCounts, "nan_value_counts", new MapType(138, PrimitiveType.Int, 139, PrimitiveType.Long, true)),
            NestedField.Optional(LowerBounds, "lower_bounds", new MapType(126, PrimitiveType.Int, 127, PrimitiveType.Binary, true)),
            NestedField.Optional(UpperBounds, "upper_bounds", new MapType(129, PrimitiveType.Int, 130, PrimitiveType.Binary, true)),
            NestedField.Optional(KeyMetadata, "key_metadata", PrimitiveType.Binary),
            NestedField.Optional(SplitOffsets, "split_offsets", new ListType(133, PrimitiveType.Long, true)),
            NestedField.Optional(EqualityIds, "equality_ids", new ListType(136, PrimitiveType.Int, true)),
            NestedField.Optional(SortOrderId, "sort_order_id", PrimitiveType.Int),
            NestedField.Optional(ReferencedDataFile, "referenced_data_file", PrimitiveType.String),
        ])),
    ]);
}
