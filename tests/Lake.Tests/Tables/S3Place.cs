using Lake.Storage;
using Lake.Tests.Storage;
using TestKit;

namespace Lake.Tests.Tables;

/// <summary>A prefix of a bucket, reached by way of a proxy under which requests may fail. Skips the test where the server is not installed.</summary>
internal sealed class S3Place : TablePlace
{
    private readonly TemporaryFolder _staging = new();
    private readonly S3Storage _storage;

    /// <param name="server">The server.</param>
    /// <param name="set">Changes settings; null for none.</param>
    public S3Place(S3Server server, Action<S3Options>? set = null)
    {
        (Server, Proxy) = (server, new S3Proxy(server));
        var options = Proxy.Options(_staging.Path);
        set?.Invoke(options);
        _storage = new S3Storage(options);
    }

    public S3Server Server { get; }

    public S3Proxy Proxy { get; }

    public override ITableStorage Storage => _storage;

    public override string Root { get; } = $"s3://{S3Server.Bucket}/{Guid.NewGuid():N}";

    public override bool IsLocal => false;

    public override IEnumerable<string> LocalFiles(string ending) => Staged().Where(f => f.EndsWith(ending, StringComparison.Ordinal));

    public override void SetTime(string location, DateTimeOffset at)
    {
        var place = S3Location.Parse(location);
        File.SetLastWriteTimeUtc(Server.FileOf(place.Bucket, place.Key), at.UtcDateTime);
    }

    /// <summary>Copies of files that are staged now.</summary>
    public IEnumerable<string> Staged() => Directory.EnumerateFiles(_staging.Path, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal));

    public override void Dispose()
    {
        _storage.Dispose();
        Proxy.Dispose();
        _staging.Dispose();
    }
}
