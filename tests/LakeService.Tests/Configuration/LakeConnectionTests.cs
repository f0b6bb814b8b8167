using Lake.Catalog;
using Lake.Storage;
using LakeService.Configuration;
using Microsoft.Extensions.Configuration;
using TestKit;

namespace LakeService.Tests.Configuration;

public sealed class LakeConnectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_a_file_catalog_a_database_a_SQL_one_and_a_bucket_is_S3()
    {
        using (var lake = Open(("Lake:Warehouse", _folder.Path))) Assert.IsType<FileCatalog>(lake.Catalog);
        var file = Path.Combine(_folder.Path, "catalog.db");
        File.WriteAllText(file, "");
        using (var lake = Open(("Lake:Warehouse", _folder.Path), ("Lake:Catalog", file))) Assert.IsType<SqlCatalog>(lake.Catalog);
        using (var lake = Open(("Lake:Warehouse", "s3://bucket/lake"), ("S3:ServiceUrl", "http://127.0.0.1:1"), ("S3:StagingFolder", _folder.Path), ("S3:AccessKey", "a"), ("S3:SecretKey", "b"))) Assert.IsType<SchemeStorage>(lake.Catalog.Storage);
    }

    [Fact]
    public void What_is_missing_or_wrong_is_named()
    {
        Assert.StartsWith("Lake:Warehouse is empty; it must be a folder or s3://bucket/prefix", Error(), StringComparison.Ordinal);
        Assert.Equal("Lake:Warehouse is 'gs://x'; it must be a folder or s3://bucket/prefix", Error(("Lake:Warehouse", "gs://x")));
        Assert.Equal($"Lake:Warehouse is '{_folder.Path}/none'; there is no such folder", Error(("Lake:Warehouse", $"{_folder.Path}/none")));
        Assert.Equal("Lake:Catalog is '/none.db'; there is no such file", Error(("Lake:Warehouse", _folder.Path), ("Lake:Catalog", "/none.db")));
        Assert.StartsWith("S3:ServiceUrl", Error(("Lake:Warehouse", "s3://b/p"), ("S3:ServiceUrl", "nowhere")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Lake:Warehose", "x")]
    [InlineData("S3:ParalelParts", "4")]
    public void A_name_that_is_no_setting_is_not_passed_over(string key, string value)
    {
        var error = Error(("Lake:Warehouse", _folder.Path), (key, value));
        Assert.StartsWith(key[..key.IndexOf(':')] + ": ", error, StringComparison.Ordinal);
        Assert.Contains($"'{key[(key.IndexOf(':') + 1)..]}'", error, StringComparison.Ordinal);
    }

    private static string Error(params (string, string)[] settings) => Assert.Throws<CommandException>(() => Open(settings)).Message;

    private static LakeConnection Open(params (string Key, string Value)[] settings) =>
        LakeConnection.Open(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value)).Build(), TimeProvider.System);
}
