using System.Numerics;
using System.Text.Json;
using Lake.Import;
using Lake.Metadata;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Foreign;

public sealed class ReadBackTests : IDisposable
{
    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Icebird_reads_the_rows_of_a_partitioned_table_of_several_commits()
    {
        var schema = new TableSchema(0,
        [
            NestedField.Required(1, "id", PrimitiveType.Long),
            NestedField.Optional(2, "name", PrimitiveType.String),
            NestedField.Optional(3, "at", PrimitiveType.TimestampTz),
            NestedField.Optional(4, "score", PrimitiveType.Double),
            NestedField.Optional(5, "price", PrimitiveType.Decimal(9, 2)),
            NestedField.Optional(6, "tags", new ListType(7, PrimitiveType.String, false)),
        ]);
        var spec = new PartitionSpec(0, [new PartitionField(3, 1000, "at_day", Transform.Day), new PartitionField(1, 1001, "id_bucket", Transform.Bucket(3)), new PartitionField(2, 1002, "name", Transform.Identity)]);
        var table = await _bed.CreateAsync(schema, spec);
        const long Day = 86_400_000_000;
        for (var commit = 0; commit < 3; commit++)
        {
            var rows = Enumerable.Range(commit * 20, 20).Select(i => new object?[]
            {
                (long)i, i % 5 == 0 ? null : $"客户 {i % 3}", i % 7 == 0 ? null : ((commit + 20_000) * Day) + (i * 1000L), i / 4.0, new BigInteger(i * 7), i % 4 == 0 ? null : new List<object?> { $"t{i}", null },
            });
            table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [.. rows])], LakeBed.Cancellation);
        }
        var read = (await ForeignReaders.ReadTableAsync(table.Metadata.Location)).OrderBy(r => long.Parse(r.GetProperty("id").GetString()!)).ToList();
        var own = (await LakeBed.ReadAsync(table)).OrderBy(r => (long)r[0]!).ToList();
        Assert.Equal(60, read.Count);
        Assert.Equal(own.Select(Line), read.Select(r => string.Join('|', Text(r, "id"), Text(r, "name"), Text(r, "at"), Number(r, "score"), Math.Round(Number(r, "price"), 2), r.GetProperty("tags").ToString())));
    }

    [Theory]
    [InlineData("year(at)")]
    [InlineData("month(at)")]
    [InlineData("day(at)")]
    [InlineData("hour(at)")]
    [InlineData("at")]
    [InlineData("bucket(3, name)")]
    [InlineData("truncate(2, name)")]
    [InlineData("truncate(10, id)")]
    [InlineData("void(name), id")]
    public async Task Icebird_reads_tables_of_every_partition_transform(string partitions)
    {
        var schema = new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Optional(2, "name", PrimitiveType.String), NestedField.Optional(3, "at", PrimitiveType.Timestamp)]);
        var table = await _bed.CreateAsync(schema, LayoutText.Partitions(partitions, schema, TimeProvider.System));
        var random = new Random(partitions.Length);
        var rows = Enumerable.Range(0, 40).Select(i => new object?[] { (long)i, i % 6 == 0 ? null : $"客户 {random.Next(9)}", i % 5 == 0 ? null : random.NextInt64(-2_000_000_000, 2_000_000_000) * 1_000_000 });
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [.. rows])], LakeBed.Cancellation);
        var read = (await ForeignReaders.ReadTableAsync(table.Metadata.Location)).Select(r => $"{Text(r, "id")}|{Text(r, "name")}|{Text(r, "at")}").Order(StringComparer.Ordinal);
        var own = (await LakeBed.ReadAsync(table)).Select(r => $"{r[0]}|{r[1]}|{(r[2] is long micros ? DateTimeOffset.FromUnixTimeMilliseconds(micros / 1000).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture) : "")}");
        Assert.Equal(own.Order(StringComparer.Ordinal), read);
    }

    [Fact]
    public async Task Avsc_reads_manifests_and_their_lists_with_all_that_their_headers_say()
    {
        var schema = new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Optional(2, "key", PrimitiveType.Uuid), NestedField.Optional(3, "price", PrimitiveType.Decimal(9, 2))]);
        var spec = new PartitionSpec(0, [new PartitionField(2, 1000, "key", Transform.Identity), new PartitionField(3, 1001, "price", Transform.Truncate(100))]);
        var table = await _bed.CreateAsync(schema, spec);
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1L, Guid.Parse("f79c3e09-677c-4bbd-a479-3f349cb785e7"), new BigInteger(-250)])], LakeBed.Cancellation);
        var list = await ForeignReaders.ReadAvroAsync(table.Metadata.CurrentSnapshot!.ManifestList!);
        Assert.Equal(("null", "2"), (list[0].GetProperty("codec").GetString(), list[0].GetProperty("meta").GetProperty("format-version").GetString()));
        Assert.Equal((2, "1"), (list.Count, list[1].GetProperty("added_files_count").GetString()));
        var manifest = await ForeignReaders.ReadAvroAsync(list[1].GetProperty("manifest_path").GetString()!);
        var meta = manifest[0].GetProperty("meta");
        Assert.Equal(("data", "0", "2"), (meta.GetProperty("content").GetString(), meta.GetProperty("partition-spec-id").GetString(), meta.GetProperty("format-version").GetString()));
        Assert.Contains("\"logicalType\":\"map\"", meta.GetProperty("avro.schema").GetString(), StringComparison.Ordinal);
        var file = manifest[1].GetProperty("data_file");
        Assert.Equal("f79c3e09677c4bbda4793f349cb785e7", file.GetProperty("partition").GetProperty("key").GetString());
        // -2.50 goes down to -3.00, in four bytes.
        Assert.Equal("fffffed4", file.GetProperty("partition").GetProperty("price").GetString());
        Assert.Equal("1", file.GetProperty("record_count").GetString());
        Assert.Equal(["0100000000000000", "f79c3e09677c4bbda4793f349cb785e7", "ff06"], file.GetProperty("lower_bounds").EnumerateArray().Select(p => p.GetProperty("value").GetString()));
    }

    private static string Line(object?[] row) => string.Join(
        '|',
        row[0],
        row[1],
        row[2] is long micros ? DateTimeOffset.FromUnixTimeMilliseconds(micros / 1000).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture) : "",
        row[3],
        (double)(BigInteger)row[4]! / 100,
        row[5] is List<object?> tags ? JsonSerializer.Serialize(tags) : "");

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString() ?? "";

    private static double Number(JsonElement row, string name) =>
        row.GetProperty(name).ValueKind == JsonValueKind.String ? double.Parse(row.GetProperty(name).GetString()!, System.Globalization.CultureInfo.InvariantCulture) : row.GetProperty(name).GetDouble();
}
