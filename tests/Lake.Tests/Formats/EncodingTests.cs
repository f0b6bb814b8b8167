using Lake.Files.Parquet;
using Lake.Storage;
using Lake.Tests.Tables;
using Lake.Types;

namespace Lake.Tests.Formats;

/// <summary>The reference implementation's files of each encoding.</summary>
public sealed class EncodingTests
{
    private const string Folder = "parquet/src/testFixtures/resources/encodings";

    [Theory]
    [InlineData("BYTE_STREAM_SPLIT", 10)]
    [InlineData("DELTA_BINARY_PACKED", 2)]
    [InlineData("DELTA_BYTE_ARRAY", 4)]
    [InlineData("DELTA_LENGTH_BYTE_ARRAY", 4)]
    [InlineData("PLAIN_DICTIONARY", 5)]
    [InlineData("RLE_DICTIONARY", 5)]
    public async Task A_file_of_any_encoding_has_the_rows_of_the_plain_one(string encoding, int count)
    {
        using var files = new TckArchive("iceberg-resources.tar.xz");
        var names = files.Names($"{Folder}/{encoding}", "*.parquet");
        Assert.Equal(count, names.Count);
        foreach (var name in names)
        {
            var rows = await ReadAsync(files[$"{Folder}/{encoding}/{name}"]);
            Assert.NotEmpty(rows);
            Assert.Equal(name.Contains("with_nulls", StringComparison.Ordinal), rows.Contains(null));
            Assert.Equal(await ReadAsync(files[$"{Folder}/PLAIN/{name}"]), rows);
        }
    }

    // As an import reads them, as their columns have no ids.
    private static async Task<List<object?>> ReadAsync(string path)
    {
        using var input = await ParquetInput.OpenAsync(new LocalStorage(), path, 1000, LakeBed.Cancellation);
        Assert.Single(input.Fields);
        var type = TypeOf(Path.GetFileName(path));
        var values = new List<object?>();
        await foreach (var batch in input.ReadAsync([0], 0, LakeBed.Cancellation))
        {
            using (batch) values.AddRange(Enumerable.Range(0, batch.Length).Select(r => ArrowRows.Value(batch.Column(0), type, r)));
        }
        return values;
    }

    private static PrimitiveType TypeOf(string name) => name.Split('.', '_')[0] switch
    {
        "boolean" => PrimitiveType.Boolean,
        "int32" => PrimitiveType.Int,
        "int64" => PrimitiveType.Long,
        "float" => PrimitiveType.Float,
        "double" => PrimitiveType.Double,
        "string" => PrimitiveType.String,
        "uuid" => PrimitiveType.Uuid,
        "binary" => PrimitiveType.Binary,
        var other => throw new ArgumentException($"file is '{name}'; {other} is not one of the types", nameof(name)),
    };
}
