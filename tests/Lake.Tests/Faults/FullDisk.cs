using Lake.Storage;

namespace Lake.Tests.Faults;

/// <summary>A local storage on whose disk data files find no room.</summary>
internal sealed class FullDisk : ITableStorage
{
    private readonly LocalStorage _inner = new();

    public Task<byte[]> ReadAsync(string location, CancellationToken cancellation) => _inner.ReadAsync(location, cancellation);

    public Task WriteAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => _inner.WriteAsync(location, bytes, cancellation);

    public Task<bool> TryCreateAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => _inner.TryCreateAsync(location, bytes, cancellation);

    public Task ReplaceAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => _inner.ReplaceAsync(location, bytes, cancellation);

    public Task<bool> ExistsAsync(string location, CancellationToken cancellation) => _inner.ExistsAsync(location, cancellation);

    public Task DeleteAsync(string location, CancellationToken cancellation) => _inner.DeleteAsync(location, cancellation);

    public IAsyncEnumerable<StoredFile> ListAsync(string folder, CancellationToken cancellation) => _inner.ListAsync(folder, cancellation);

    public Task<LocalFile> OpenLocalAsync(string location, CancellationToken cancellation) => _inner.OpenLocalAsync(location, cancellation);

    // A link to the device that is always full; who deletes the file deletes the link.
    public async Task<LocalFile> CreateLocalAsync(string location, CancellationToken cancellation)
    {
        var file = await _inner.CreateLocalAsync(location, cancellation);
        File.CreateSymbolicLink(file.Path, "/dev/full");
        return file;
    }

    public Task<long> PublishAsync(LocalFile file, CancellationToken cancellation) => _inner.PublishAsync(file, cancellation);
}
