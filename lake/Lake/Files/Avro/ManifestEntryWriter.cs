using Avro;
using Avro.Generic;
using Avro.IO;
using Lake.Manifests;
using Lake.Types;

namespace Lake.Files.Avro;

/// <summary>Writes entries in the order of <see cref="ManifestSchemas.ManifestEntry"/>.</summary>
internal sealed class ManifestEntryWriter(StructType partitionType) : DatumWriter<ManifestEntry>
{
    public Schema Schema { get; } = new AvroRawSchema("manifest_entry", AvroText.Record("manifest_entry", ManifestSchemas.ManifestEntry(partitionType)));

    public void Write(ManifestEntry entry, Encoder encoder)
    {
        encoder.WriteInt((int)entry.Status);
        AvroOptional.Long(encoder, entry.SnapshotId);
        AvroOptional.Long(encoder, entry.SequenceNumber);
        AvroOptional.Long(encoder, entry.FileSequenceNumber);
        var file = entry.File;
        encoder.WriteInt((int)file.Content);
        encoder.WriteString(file.Path);
        encoder.WriteString(file.Format);
        WritePartition(encoder, file.Partition);
        encoder.WriteLong(file.RecordCount);
        encoder.WriteLong(file.FileSizeInBytes);
        AvroOptional.Map(encoder, file.ColumnSizes, encoder.WriteLong);
        AvroOptional.Map(encoder, file.ValueCounts, encoder.WriteLong);
        AvroOptional.Map(encoder, file.NullValueCounts, encoder.WriteLong);
        AvroOptional.Map(encoder, file.NanValueCounts, encoder.WriteLong);
        AvroOptional.Map(encoder, file.LowerBounds, encoder.WriteBytes);
        AvroOptional.Map(encoder, file.UpperBounds, encoder.WriteBytes);
        AvroOptional.Bytes(encoder, file.KeyMetadata);
        AvroOptional.List(encoder, file.SplitOffsets, encoder.WriteLong);
        AvroOptional.List(encoder, file.EqualityIds, encoder.WriteInt);
        AvroOptional.Int(encoder, file.SortOrderId);
        AvroOptional.String(encoder, file.ReferencedDataFile);
    }

    private void WritePartition(Encoder encoder, PartitionTuple partition)
    {
        if (partition.Values.Count != partitionType.Fields.Count) throw new ArgumentException($"a partition has {partition.Values.Count} values; its spec has {partitionType.Fields.Count} fields", nameof(partition));
        for (var i = 0; i < partitionType.Fields.Count; i++)
        {
            encoder.WriteUnionIndex(partition.Values[i] is null ? 0 : 1);
            if (partition.Values[i] is { } value) AvroValue.Write(encoder, (PrimitiveType)partitionType.Fields[i].Type, value);
        }
    }
}
