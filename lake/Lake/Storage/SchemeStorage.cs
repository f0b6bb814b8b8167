namespace Lake.Storage;

/// <summary>Two storages as one, told apart by the location's scheme, so that a table may have files on local disks and on S3: tiers. Thread-safe; the storages stay the caller's.</summary>
/// <param name="local">Takes paths and <c>file:</c> locations.</param>
/// <param name="s3">Takes <c>s3://</c> locations, and <c>s3a://</c> and <c>s3n://</c> as others write them; made when the first one is used.</param>
public sealed class SchemeStorage(ITableStorage local, Lazy<ITableStorage> s3) : ITableStorage
{
    /// <inheritdoc cref="SchemeStorage(ITableStorage, Lazy{ITableStorage})"/>
    public SchemeStorage(ITableStorage local, ITableStorage s3)
        : this(local, new Lazy<ITableStorage>(s3))
    {
    }

    public Task<byte[]> ReadAsync(string location, CancellationToken cancellation) => Of(location).ReadAsync(location, cancellation);

    public Task WriteAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => Of(location).WriteAsync(location, bytes, cancellation);

    public Task<bool> TryCreateAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => Of(location).TryCreateAsync(location, bytes, cancellation);

    public Task ReplaceAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => Of(location).ReplaceAsync(location, bytes, cancellation);

    public Task<bool> ExistsAsync(string location, CancellationToken cancellation) => Of(location).ExistsAsync(location, cancellation);

    public Task<StoredFile?> FindAsync(string location, CancellationToken cancellation) => Of(location).FindAsync(location, cancellation);

    public Task DeleteAsync(string location, CancellationToken cancellation) => Of(location).DeleteAsync(location, cancellation);

    public async Task DeleteAsync(IReadOnlyCollection<string> locations, CancellationToken cancellation)
    {
        foreach (var group in locations.GroupBy(Of)) await group.Key.DeleteAsync([.. group], cancellation);
    }

    public IAsyncEnumerable<StoredFile> ListAsync(string folder, CancellationToken cancellation) => Of(folder).ListAsync(folder, cancellation);

    public Task<LocalFile> OpenLocalAsync(string location, CancellationToken cancellation) => Of(location).OpenLocalAsync(location, cancellation);

    public Task<bool> RecallAsync(string location, TimeSpan stay, CancellationToken cancellation) => Of(location).RecallAsync(location, stay, cancellation);

    public Task<LocalFile> CreateLocalAsync(string location, CancellationToken cancellation) => Of(location).CreateLocalAsync(location, cancellation);

    public Task<long> PublishAsync(LocalFile file, CancellationToken cancellation) => Of(file.Location).PublishAsync(file, cancellation);

    public Task PublishAsAsync(LocalFile file, string location, CancellationToken cancellation) => Of(location).PublishAsAsync(file, location, cancellation);

    private ITableStorage Of(string location) => location.StartsWith("s3", StringComparison.Ordinal) && location.Contains("://", StringComparison.Ordinal) ? s3.Value : local;
}
