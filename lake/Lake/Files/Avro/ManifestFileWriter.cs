using Avro;
using Avro.Generic;
using Avro.IO;
using Lake.Manifests;

namespace Lake.Files.Avro;

/// <summary>Writes lines of a manifest list in the order of <see cref="ManifestSchemas.ManifestFile"/>.</summary>
internal sealed class ManifestFileWriter : DatumWriter<ManifestFile>
{
    public Schema Schema { get; } = new AvroRawSchema("manifest_file", AvroText.Record("manifest_file", ManifestSchemas.ManifestFile));

    public void Write(ManifestFile manifest, Encoder encoder)
    {
        encoder.WriteString(manifest.Path);
        encoder.WriteLong(manifest.Length);
        encoder.WriteInt(manifest.SpecId);
        encoder.WriteInt((int)manifest.Content);
        encoder.WriteLong(manifest.SequenceNumber);
        encoder.WriteLong(manifest.MinSequenceNumber);
        encoder.WriteLong(manifest.AddedSnapshotId);
        encoder.WriteInt(manifest.AddedFilesCount ?? 0);
        encoder.WriteInt(manifest.ExistingFilesCount ?? 0);
        encoder.WriteInt(manifest.DeletedFilesCount ?? 0);
        encoder.WriteLong(manifest.AddedRowsCount ?? 0);
        encoder.WriteLong(manifest.ExistingRowsCount ?? 0);
        encoder.WriteLong(manifest.DeletedRowsCount ?? 0);
        AvroOptional.List(encoder, manifest.Partitions, summary =>
        {
            encoder.WriteBoolean(summary.ContainsNull);
            AvroOptional.Boolean(encoder, summary.ContainsNaN);
            AvroOptional.Bytes(encoder, summary.LowerBound);
            AvroOptional.Bytes(encoder, summary.UpperBound);
        });
        AvroOptional.Bytes(encoder, manifest.KeyMetadata);
    }
}
