using Lake.Storage;
using TestKit;

namespace Lake.Tests.Storage;

public sealed class StagingFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Many_that_come_and_go_at_once_leave_each_others_files_and_nothing_behind()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var staging = new StagingFolder(_folder.Path, 1000);
                Assert.True(File.Exists(staging.Reserve("x.parquet", 10)));
            }
        })));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void One_whose_process_died_is_cleared_away_by_the_next()
    {
        var dead = Directory.CreateDirectory(Path.Combine(_folder.Path, "dead"));
        File.WriteAllText(Path.Combine(dead.FullName, ".lock"), "");
        File.WriteAllText(Path.Combine(dead.FullName, "x.parquet"), "x");
        using (new StagingFolder(_folder.Path, 1000)) Assert.False(Directory.Exists(dead.FullName));
    }
}
