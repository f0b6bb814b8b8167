using System.Text;
using Lake.Catalog;
using Lake.Import;
using Lake.Storage;
using Lake.Tests.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Import;

[Collection(S3Collection.Name)]
public sealed class S3ImportTests(S3Server server) : IDisposable
{
    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Files_of_a_bucket_are_imported_by_pattern_and_known_again()
    {
        using var s3 = new S3Storage(server.Options(Path.Combine(_bed.Folder, "staging")));
        var root = $"s3://{S3Server.Bucket}/{Guid.NewGuid():N}";
        for (var i = 0; i < 3; i++) await s3.WriteAsync($"{root}/day={i}/a.csv", Encoding.UTF8.GetBytes($"id\n{i}\n"), LakeBed.Cancellation);
        await s3.WriteAsync($"{root}/day=0/b.txt2", new byte[1], LakeBed.Cancellation);
        var request = new ImportRequest(TableName.Parse(ImportBed.Table), [$"{root}/**/*.csv"]);
        var import = new TableImport(_bed.Catalog, _bed.Clock, s3);
        Assert.Equal(3, (await import.RunAsync(request, null, LakeBed.Cancellation)).Rows);
        Assert.Equal([0, 1, 2], (await LakeBed.ReadAsync(await _bed.LoadAsync())).Select(r => (int)r[0]!).Order());
        Assert.True((await import.RunAsync(request, null, LakeBed.Cancellation)).WasDone);
        Assert.Equal(["day=0/a.csv", "day=1/a.csv", "day=2/a.csv"], (await import.PreviewAsync(request with { Sources = [root] }, LakeBed.Cancellation)).Files.Select(f => f[(root.Length + 1)..]));
    }
}
