using Lake.Storage;
using TestKit;

namespace Lake.Tests.Tables;

/// <summary>A folder of the local disk.</summary>
internal sealed class LocalPlace : TablePlace
{
    private readonly TemporaryFolder _folder = new();

    public override ITableStorage Storage { get; } = new LocalStorage();

    public override string Root => _folder.Path;

    public override bool IsLocal => true;

    public override IEnumerable<string> LocalFiles(string ending) => Directory.EnumerateFiles(Root, $"*{ending}", SearchOption.AllDirectories);

    public override void SetTime(string location, DateTimeOffset at) => File.SetLastWriteTimeUtc(LocalStorage.PathOf(location), at.UtcDateTime);

    public override void Dispose() => _folder.Dispose();
}
