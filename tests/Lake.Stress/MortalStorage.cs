using Lake.Storage;

namespace Lake.Stress;

/// <summary>A storage under which the process dies at a fault point. Thread-safe.</summary>
internal sealed class MortalStorage(ITableStorage inner, FaultPoint point) : ITableStorage
{
    public Task<byte[]> ReadAsync(string location, CancellationToken cancellation) => point.RunAsync("look", () => inner.ReadAsync(location, cancellation), () => Task.CompletedTask);

    public Task WriteAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        point.RunAsync(StepOf(location), () => Done(inner.WriteAsync(location, bytes, cancellation)), () => inner.WriteAsync(location, bytes[..(bytes.Length / 2)], cancellation));

    // What is torn is its temporary file: the name itself is given to a whole one or to none.
    public Task<bool> TryCreateAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        point.RunAsync("metadata", () => inner.TryCreateAsync(location, bytes, cancellation), () => inner.WriteAsync(Temporary(location), bytes[..(bytes.Length / 2)], cancellation));

    public Task ReplaceAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        point.RunAsync("hint", () => Done(inner.ReplaceAsync(location, bytes, cancellation)), () => inner.WriteAsync(Temporary(location), bytes[..(bytes.Length / 2)], cancellation));

    public Task<bool> ExistsAsync(string location, CancellationToken cancellation) => inner.ExistsAsync(location, cancellation);

    // Deletions and reads have no half: torn is as before.
    public Task DeleteAsync(string location, CancellationToken cancellation) => point.RunAsync("delete", () => Done(inner.DeleteAsync(location, cancellation)), () => Task.CompletedTask);

    public IAsyncEnumerable<StoredFile> ListAsync(string folder, CancellationToken cancellation) => inner.ListAsync(folder, cancellation);

    public Task<LocalFile> OpenLocalAsync(string location, CancellationToken cancellation) => point.RunAsync("read", () => inner.OpenLocalAsync(location, cancellation), () => Task.CompletedTask);

    public Task<LocalFile> CreateLocalAsync(string location, CancellationToken cancellation) => inner.CreateLocalAsync(location, cancellation);

    public Task<long> PublishAsync(LocalFile file, CancellationToken cancellation) => point.RunAsync("data", () => inner.PublishAsync(file, cancellation), () =>
    {
        using var cut = new FileStream(file.Path, FileMode.Open, FileAccess.Write);
        cut.SetLength(cut.Length / 2);
        return Task.CompletedTask;
    });

    private static string Temporary(string location) => $"{location}.{Guid.NewGuid():N}.tmp";

    private static string StepOf(string location) =>
        location.EndsWith(".metadata.json", StringComparison.Ordinal) ? "metadata" : location.Contains("/metadata/snap-", StringComparison.Ordinal) ? "list" : "manifest";

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }
}
