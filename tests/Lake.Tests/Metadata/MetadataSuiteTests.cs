using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Lake.Metadata;
using Lake.Types;
using TestKit;

namespace Lake.Tests.Metadata;

/// <summary>The metadata documents of the reference implementation's own tests.</summary>
public sealed class MetadataSuiteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TableMetadataV1Valid.json", 1, 0)]
    [InlineData("TableMetadataV2Valid.json", 2, 2)]
    [InlineData("TableMetadataV2ValidMinimal.json", 2, 0)]
    [InlineData("TableMetadataV3ValidMinimal.json", 3, 0)]
    [InlineData("TableMetadataStatisticsFiles.json", 2, 1)]
    [InlineData("TableMetadataPartitionStatisticsFiles.json", 2, 1)]
    public void A_valid_document_is_read_and_stays_what_it_is_when_it_is_written(string name, int version, int snapshots)
    {
        var metadata = TableMetadataJson.Read(Resource(name));
        Assert.Equal((version, snapshots), (metadata.FormatVersion, metadata.Snapshots.Count));
        var written = TableMetadataJson.Write(metadata);
        var again = TableMetadataJson.Read(written);
        Assert.Equal(Encoding.UTF8.GetString(written), Encoding.UTF8.GetString(TableMetadataJson.Write(again)));
        Assert.Equal((metadata.TableUuid, metadata.Location, metadata.LastColumnId, metadata.LastPartitionId), (again.TableUuid, again.Location, again.LastColumnId, again.LastPartitionId));
        Assert.True(metadata.CurrentSchema.SameShape(again.CurrentSchema));
        Assert.Equal(metadata.Carried.Keys.Order(), again.Carried.Keys.Order());
    }

    [Theory]
    [InlineData("TableMetadataV1MissingSchemaType.json", "schema.type is missing")]
    [InlineData("TableMetadataUnsupportedVersion.json", "format-version is 42; it must be 1 to 3")]
    [InlineData("TableMetadataV2CurrentSchemaNotFound.json", "current-schema-id is 2; it must be the schema-id of one of the schemas")]
    [InlineData("TableMetadataV2MissingLastPartitionId.json", "last-partition-id is missing")]
    [InlineData("TableMetadataV2MissingPartitionSpecs.json", "partition-specs is missing")]
    [InlineData("TableMetadataV2MissingSchemas.json", "schemas is missing")]
    [InlineData("TableMetadataV2MissingSortOrder.json", "sort-orders is missing")]
    public void A_document_that_breaks_a_rule_is_refused_with_place_and_rule(string name, string message) =>
        Assert.StartsWith(message, Assert.Throws<LakeFormatException>(() => TableMetadataJson.Read(Resource(name))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("ValidViewMetadata.json")]
    [InlineData("ViewMetadataInvalidCurrentSchema.json")]
    [InlineData("ViewMetadataInvalidCurrentVersion.json")]
    [InlineData("ViewMetadataMissingCurrentVersion.json")]
    [InlineData("ViewMetadataMissingLocation.json")]
    [InlineData("ViewMetadataMultipleSQLsForDialect.json")]
    public void A_view_is_told_from_a_table(string name) =>
        Assert.StartsWith("the document has a view-uuid: it is the metadata of a view", Assert.Throws<LakeFormatException>(() => TableMetadataJson.Read(Resource($"org/apache/iceberg/view/{name}"))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_second_version_s_example_is_read_in_all_its_parts()
    {
        var metadata = TableMetadataJson.Read(Resource("TableMetadataV2Valid.json"));
        Assert.Equal([1, 2], metadata.CurrentSchema.IdentifierFieldIds);
        Assert.Equal(new PartitionField(1, 1000, "x", Transform.Identity), Assert.Single(metadata.DefaultSpec.Fields));
        Assert.Equal([new SortField(2, Transform.Identity), new SortField(3, Transform.Bucket(4), IsDescending: true, NullsFirst: false)], metadata.DefaultSortOrder.Fields);
        Assert.Equal(3055729675574597004, metadata.CurrentSnapshot!.SnapshotId);
        Assert.Equal(3055729675574597004, metadata.Refs[SnapshotRef.Main].SnapshotId);
        Assert.Equal([3055729675574597004, 3051729675574597004], metadata.Ancestors(3055729675574597004).Select(s => s.SnapshotId));
        Assert.Equal(3051729675574597004, metadata.SnapshotAt(1555100955769)!.SnapshotId);
        Assert.Null(metadata.SnapshotAt(1515100955769));
    }

    [Theory]
    [InlineData("{", "the metadata is not JSON")]
    [InlineData("[]", "the document is []; it must be a JSON object")]
    [InlineData("""{"format-version":"2"}""", "format-version is \"2\"; it must be a whole number of 32 bits")]
    [InlineData("""{"format-version":2,"current-schema-id":0,"schemas":[{"type":"struct","schema-id":0,"fields":[{"id":1,"name":"a","required":true,"type":"lon"}]}]}""", "schemas[0].fields[0].type is \"lon\"")]
    [InlineData("""{"format-version":2,"current-schema-id":0,"schemas":[{"type":"struct","schema-id":0,"fields":[{"id":1,"name":"a","required":true,"type":"decimal(39,2)"}]}]}""", "schemas[0].fields[0].type is \"decimal(39,2)\"")]
    [InlineData("""{"format-version":2,"current-schema-id":0,"schemas":[{"type":"struct","schema-id":0,"fields":[{"id":1,"name":"a","required":true,"type":"int"},{"id":1,"name":"b","required":true,"type":"int"}]}]}""", "field id is 1 for 'b' and for 'a'")]
    public void Wrong_documents_are_told_with_place_value_and_rule(string document, string message) =>
        Assert.StartsWith(message, Assert.Throws<LakeFormatException>(() => TableMetadataJson.Read(Encoding.UTF8.GetBytes(document))).Message, StringComparison.Ordinal);

    [Fact]
    public void Types_of_every_kind_come_back_as_they_were()
    {
        IcebergType[] types =
        [
            PrimitiveType.Boolean, PrimitiveType.Int, PrimitiveType.Long, PrimitiveType.Float, PrimitiveType.Double, PrimitiveType.Decimal(38, 10), PrimitiveType.Date, PrimitiveType.Time,
            PrimitiveType.Timestamp, PrimitiveType.TimestampTz, PrimitiveType.TimestampNs, PrimitiveType.TimestampTzNs, PrimitiveType.String, PrimitiveType.Uuid, PrimitiveType.Fixed(7), PrimitiveType.Binary,
            new StructType([NestedField.Optional(101, "city", PrimitiveType.String, "where")]),
            new ListType(102, PrimitiveType.Float, true),
            new MapType(103, PrimitiveType.String, 104, new ListType(105, PrimitiveType.Int, false), false),
        ];
        var schema = new TableSchema(3, [.. types.Select((t, i) => new NestedField(i + 1, $"c{i}", i % 2 == 0, t))]);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) SchemaJson.Write(json, schema);
        using var document = JsonDocument.Parse(buffer.ToArray());
        var again = SchemaJson.ReadSchema(JsonNode.Root(document));
        Assert.True(schema.SameShape(again));
        Assert.Equal(schema.Fields.Select(f => f.ToString()), again.Fields.Select(f => f.ToString()));
    }

    private byte[] Resource(string name)
    {
        if (!TestDataFolder.TryFind("tck/iceberg-resources.tar.xz", out var archive, out var reason)) Assert.Skip(reason);
        var start = new ProcessStartInfo("tar") { ArgumentList = { "xJf", archive, "-C", _folder.Path, $"./core/src/test/resources/{name}" } };
        using (var tar = Process.Start(start)!) tar.WaitForExit();
        return File.ReadAllBytes(_folder[$"core/src/test/resources/{name}"]);
    }
}
