using Lake.Columns;
using Lake.Files.Parquet;
using Lake.Files.Parquet.Checks;
using Lake.Storage;
using Lake.Tests.Tables;
using Lake.Types;
using TestKit;

namespace Lake.Tests.Files.Parquet.Checks;

public sealed class FileChecksTests : IDisposable
{
    private static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(1, "id", PrimitiveType.Long),
        NestedField.Optional(2, "name", PrimitiveType.String),
        NestedField.Optional(3, "tags", new ListType(4, PrimitiveType.Int, false)),
        NestedField.Optional(5, "place", new StructType([NestedField.Optional(6, "x", PrimitiveType.Double), NestedField.Optional(7, "y", PrimitiveType.Double)])),
    ]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("zstd", 1)]
    [InlineData("uncompressed", 2)]
    public async Task Each_byte_of_a_files_pages_and_footer_is_covered(string codec, int seed)
    {
        var random = new Random(seed);
        var path = await WriteAsync(codec, 40);
        var whole = await File.ReadAllBytesAsync(path, LakeBed.Cancellation);
        FileChecks.Check("f", path, null, LakeBed.Cancellation);
        var (footer, start) = Footer(whole);
        var chunks = footer.Chunks;
        var writer = whole.AsSpan().LastIndexOf("appliance lake with checksums"u8);
        for (var at = 0; at < whole.Length; at++)
        {
            var isPage = chunks.Any(c => at >= c.Start && at < c.Start + c.Length);
            if (!isPage && at < start) continue;
            // Who wrote the file is no part of an answer; without it nothing tells that there were checksums of headers.
            if (at >= writer && at < writer + FileChecks.Writer.Length) continue;
            var (changed, bit) = ((byte[])whole.Clone(), random.Next(8));
            changed[at] ^= (byte)(1 << bit);
            await File.WriteAllBytesAsync(path, changed, LakeBed.Cancellation);
            var e = Record.Exception(() => FileChecks.Check("f", path, null, LakeBed.Cancellation));
            Assert.True(e is LakeFormatException && e.Message.StartsWith("f ", StringComparison.Ordinal), $"seed {seed}: bit {bit} of byte {at} of {whole.Length}, footer from {start}: {e?.ToString() ?? "no error"}");
        }
    }

    [Fact]
    public async Task Only_the_columns_that_are_asked_for_are_looked_at()
    {
        var path = await WriteAsync("zstd", 5000);
        var whole = await File.ReadAllBytesAsync(path, LakeBed.Cancellation);
        var (footer, _) = Footer(whole);
        Assert.Equal([[1], [2], [3, 4], [5, 6], [5, 7]], footer.Leaves.Select(l => l.Order().ToArray()));
        foreach (var chunk in footer.Chunks)
        {
            var changed = (byte[])whole.Clone();
            changed[chunk.Start + chunk.Length - 1] ^= 1;
            await File.WriteAllBytesAsync(path, changed, LakeBed.Cancellation);
            for (var id = 1; id <= 7; id++)
            {
                var e = Record.Exception(() => FileChecks.Check("f", path, new HashSet<int> { id }, LakeBed.Cancellation));
                Assert.Equal(footer.Leaves[chunk.Leaf].Contains(id), e is LakeFormatException);
            }
            FileChecks.Check("f", path, new HashSet<int>(), LakeBed.Cancellation);
        }
    }

    [Fact]
    public async Task A_page_longer_than_what_is_read_at_once_is_checked_whole()
    {
        var path = Path.Combine(_folder.Path, "long.parquet");
        var columns = new[] { NestedField.Required(1, "text", PrimitiveType.String) };
        var random = new Random(5);
        var text = new string([.. Enumerable.Range(0, 3 << 20).Select(_ => (char)random.Next('!', '~'))]);
        using (var writer = await ParquetDataWriter.CreateAsync(new LocalStorage(), path, new TableSchema(0, columns), new ParquetOptions { Codec = "uncompressed" }, new Dictionary<int, MetricsMode>(), LakeBed.Cancellation))
        {
            writer.Write(LakeBed.Rows(columns, [text], ["b"]));
            await writer.FinishAsync(LakeBed.Cancellation);
        }
        FileChecks.Check("f", path, null, LakeBed.Cancellation);
        var bytes = await File.ReadAllBytesAsync(path, LakeBed.Cancellation);
        bytes[2_500_000] ^= 4;
        await File.WriteAllBytesAsync(path, bytes, LakeBed.Cancellation);
        Assert.Contains("has not the checksum", Assert.Throws<LakeFormatException>(() => FileChecks.Check("f", path, null, LakeBed.Cancellation)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Files_of_other_writers_pass_with_checksums_and_without(bool hasChecksums)
    {
        var path = Path.Combine(_folder.Path, "foreign.parquet");
        using (var builder = new ParquetSharp.WriterPropertiesBuilder())
        {
            builder.CreatedBy("another");
            if (hasChecksums) builder.EnablePageChecksum();
            using var properties = builder.Build();
            using var writer = new ParquetSharp.Arrow.FileWriter(path, ArrowSchema.OfFile(Schema), properties);
            writer.WriteRecordBatch(Rows(3000));
            writer.Close();
        }
        FileChecks.Check("f", path, null, LakeBed.Cancellation);
        var bytes = await File.ReadAllBytesAsync(path, LakeBed.Cancellation);
        var chunk = Footer(bytes).Footer.Chunks[0];
        bytes[chunk.Start + chunk.Length - 1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, LakeBed.Cancellation);
        Assert.Equal(hasChecksums, Record.Exception(() => FileChecks.Check("f", path, null, LakeBed.Cancellation)) is LakeFormatException);
    }

    [Fact]
    public async Task A_check_ends_when_it_is_cancelled()
    {
        var path = await WriteAsync("zstd", 10);
        Assert.Throws<OperationCanceledException>(() => FileChecks.Check("f", path, null, new CancellationToken(canceled: true)));
    }

    private static (ParquetFooter Footer, int Start) Footer(byte[] file)
    {
        var length = BitConverter.ToInt32(file, file.Length - 8);
        return (ParquetFooter.TryRead(file.AsSpan(file.Length - 8 - length, length))!, file.Length - 8 - length);
    }

    private static Apache.Arrow.RecordBatch Rows(int count) => LakeBed.Rows(Schema.Fields,
        [.. Enumerable.Range(0, count).Select(i => new object?[] { (long)i, $"n{i % 3}", new List<object?> { i, i + 1 }, new object?[] { i * 0.5, null } })]);

    private async Task<string> WriteAsync(string codec, int rows)
    {
        var path = Path.Combine(_folder.Path, $"{codec}.parquet");
        using var writer = await ParquetDataWriter.CreateAsync(new LocalStorage(), path, Schema, new ParquetOptions { Codec = codec }, new Dictionary<int, MetricsMode>(), LakeBed.Cancellation);
        writer.Write(Rows(rows));
        await writer.FinishAsync(LakeBed.Cancellation);
        return path;
    }
}
