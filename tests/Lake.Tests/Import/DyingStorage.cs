using System.Runtime.CompilerServices;
using Lake.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Import;

/// <summary>A storage of a process that is killed at one of its calls: nothing that comes after it has an effect. Used by one thread at a time.</summary>
/// <param name="inner">The storage.</param>
/// <param name="lastCall">The call at which it dies, from 0.</param>
/// <param name="isDone">Whether that call is done, before the process goes.</param>
internal sealed class DyingStorage(ITableStorage inner, int lastCall, bool isDone) : ITableStorage
{
    private int _calls;

    public bool IsDead => _calls > lastCall;

    public Task<byte[]> ReadAsync(string location, CancellationToken cancellation) => RunAsync(() => inner.ReadAsync(location, cancellation));

    public Task WriteAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => RunAsync(() => inner.WriteAsync(location, bytes, cancellation));

    public Task<bool> TryCreateAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => RunAsync(() => inner.TryCreateAsync(location, bytes, cancellation));

    public Task ReplaceAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => RunAsync(() => inner.ReplaceAsync(location, bytes, cancellation));

    public Task<bool> ExistsAsync(string location, CancellationToken cancellation) => RunAsync(() => inner.ExistsAsync(location, cancellation));

    public Task DeleteAsync(string location, CancellationToken cancellation) => RunAsync(() => inner.DeleteAsync(location, cancellation));

    public async IAsyncEnumerable<StoredFile> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var file in await RunAsync(() => LakeBed.FilesAsync(inner, folder))) yield return file;
    }

    public Task<LocalFile> OpenLocalAsync(string location, CancellationToken cancellation) => RunAsync(() => inner.OpenLocalAsync(location, cancellation));

    public Task<LocalFile> CreateLocalAsync(string location, CancellationToken cancellation) => RunAsync(() => inner.CreateLocalAsync(location, cancellation));

    public Task<long> PublishAsync(LocalFile file, CancellationToken cancellation) => RunAsync(() => inner.PublishAsync(file, cancellation));

    private Task RunAsync(Func<Task> run) => RunAsync(async () =>
    {
        await run();
        return true;
    });

    private async Task<T> RunAsync<T>(Func<Task<T>> run)
    {
        var call = _calls++;
        if (call > lastCall || (call == lastCall && !isDone)) throw new IOException("the process was killed");
        var result = await run();
        return call < lastCall ? result : throw new IOException("the process was killed");
    }
}
