using Lake.Catalog;
using Lake.Expressions;
using Lake.Storage;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Query;

[Collection(S3Collection.Name)]
public sealed class QueryOnS3Tests : IDisposable
{
    private readonly S3Server _server;
    private readonly string _prefix = $"s3://{S3Server.Bucket}/{Guid.NewGuid():N}";
    private readonly LakeBed _bed;
    private readonly S3Storage _storage;

    public QueryOnS3Tests(S3Server server)
    {
        S3Storage? storage = null;
        _server = server;
        _bed = new LakeBed(folder => new SqlCatalog(storage = new S3Storage(server.Options(Path.Combine(folder, "staging"))), _prefix, Path.Combine(folder, "catalog.db")));
        _storage = storage!;
    }

    public void Dispose()
    {
        _storage.Dispose();
        _bed.Dispose();
    }

    [Fact]
    public async Task Files_are_brought_for_a_query_within_the_limit_and_go_with_it()
    {
        var table = await _bed.CreateAsync(RowsBed.Schema, RowsBed.ByShop);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "b", 2), (3, "a", 3))], LakeBed.Cancellation);
        table = await table.DeleteAsync(Filter.Equal("id", 3L), new RowChangeRequest { Mode = RowDeleteMode.MergeOnRead }, LakeBed.Cancellation);
        await QueryBed.SameAsync(table, "FROM shop.orders");
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_bed.Folder, "staging"), "*.parquet", SearchOption.AllDirectories));
        var options = _server.Options(Path.Combine(_bed.Folder, "small"));
        options.StagingBytes = 1000;
        using var small = new S3Storage(options);
        using var catalog = new SqlCatalog(small, _prefix, Path.Combine(_bed.Folder, "catalog.db"));
        var error = await Assert.ThrowsAsync<IOException>(() => QueryBed.LinesAsync(catalog, "FROM shop.orders"));
        Assert.Contains("S3:StagingBytes is 1000", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_bed.Folder, "small"), "*.parquet", SearchOption.AllDirectories));
    }
}
