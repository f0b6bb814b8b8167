using Lake.Query;
using Lake.Query.Output;
using Lake.Tests.Tables;

namespace Lake.Tests.Query.Output;

public sealed class ParquetRowWriterTests : IDisposable
{
    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData("SELECT 1 AS id, INTERVAL '1 month' AS span", "span")]
    [InlineData("SELECT [INTERVAL '1 month'] AS spans", "spans")]
    public async Task A_column_of_a_type_that_Parquet_has_not_is_named_before_a_byte_is_written(string sql, string column)
    {
        var stream = new MemoryStream();
        var e = await Assert.ThrowsAsync<QueryException>(() => WriteAsync(sql, stream));
        Assert.StartsWith($"column '{column}' is ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("; Parquet files have no such type: CAST it to another, as VARCHAR", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public async Task A_stream_that_takes_no_more_is_told_as_what_it_says()
    {
        var e = await Assert.ThrowsAsync<IOException>(() => WriteAsync("SELECT range AS id, md5(range::VARCHAR) AS t FROM range(300000)", new FullStream()));
        Assert.Contains("No space left on device", e.InnerException!.Message, StringComparison.Ordinal);
        Assert.StartsWith("the Parquet file cannot be written: the disk is full; free space on it", e.Message, StringComparison.Ordinal);
    }

    private async Task WriteAsync(string sql, Stream stream)
    {
        await using var rows = await QueryBed.Of(_bed.Catalog).RunAsync(sql, LakeBed.Cancellation);
        await rows.WriteToAsync(RowFormat.Parquet, stream, null, LakeBed.Cancellation);
    }

    // Takes a kilobyte.
    private sealed class FullStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Length + count > 1024) throw new IOException("No space left on device");
            base.Write(buffer, offset, count);
        }
    }
}
