using System.Runtime.CompilerServices;
using Lake.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Storage;

/// <summary>A storage whose n-th call fails, or waits for what a test does meanwhile. Used by one thread at a time.</summary>
internal sealed class FaultyStorage(ITableStorage inner) : ITableStorage
{
    private readonly Dictionary<int, StorageFault> _faults = [];
    private readonly Dictionary<int, Action> _works = [];
    private (string Operation, Func<Task> Work)? _before;

    /// <summary>Calls so far, each with its operation and location.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Calls that failed.</summary>
    public int Failed { get; private set; }

    /// <summary>Lets a call fail, counted from 0 over all.</summary>
    public void Fail(int call, StorageFault fault) => _faults[call] = fault;

    /// <summary>Forgets faults that did not come.</summary>
    public void Heal()
    {
        _faults.Clear();
        _works.Clear();
    }

    /// <summary>Does something before a call, counted from 0 over all.</summary>
    public void Before(int call, Action work) => _works[call] = work;

    /// <summary>Lets the next call of an operation be slow: something else is done first.</summary>
    public void Before(string operation, Func<Task> work) => _before = (operation, work);

    public Task<byte[]> ReadAsync(string location, CancellationToken cancellation) => RunAsync("Read", location, () => inner.ReadAsync(location, cancellation));

    public Task WriteAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        RunAsync("Write", location, () => Done(inner.WriteAsync(location, bytes, cancellation)), () => inner.WriteAsync(location, bytes[..(bytes.Length / 2)], cancellation));

    // Torn is what it never is: a file of that name that is not whole. Its temporary file is.
    public Task<bool> TryCreateAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        RunAsync("TryCreate", location, () => inner.TryCreateAsync(location, bytes, cancellation), () => inner.WriteAsync($"{location}.tmp", bytes[..(bytes.Length / 2)], cancellation));

    public Task ReplaceAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        RunAsync("Replace", location, () => Done(inner.ReplaceAsync(location, bytes, cancellation)), () => inner.WriteAsync($"{location}.tmp", bytes[..(bytes.Length / 2)], cancellation));

    public Task<bool> ExistsAsync(string location, CancellationToken cancellation) => RunAsync("Exists", location, () => inner.ExistsAsync(location, cancellation));

    public Task DeleteAsync(string location, CancellationToken cancellation) => RunAsync("Delete", location, () => Done(inner.DeleteAsync(location, cancellation)));

    public async IAsyncEnumerable<StoredFile> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var files = await RunAsync("List", folder, () => LakeBed.FilesAsync(inner, folder));
        foreach (var file in files) yield return file;
    }

    public Task<LocalFile> OpenLocalAsync(string location, CancellationToken cancellation) => RunAsync("OpenLocal", location, () => inner.OpenLocalAsync(location, cancellation));

    public Task<bool> RecallAsync(string location, TimeSpan stay, CancellationToken cancellation) => RunAsync("Recall", location, () => inner.RecallAsync(location, stay, cancellation));

    public Task<LocalFile> CreateLocalAsync(string location, CancellationToken cancellation) => RunAsync("CreateLocal", location, () => inner.CreateLocalAsync(location, cancellation));

    public Task<long> PublishAsync(LocalFile file, CancellationToken cancellation) => RunAsync("Publish", file.Location, () => inner.PublishAsync(file, cancellation), () =>
    {
        using var cut = new FileStream(file.Path, FileMode.Open, FileAccess.Write);
        cut.SetLength(cut.Length / 2);
        return Task.CompletedTask;
    });

    private async Task<T> RunAsync<T>(string operation, string location, Func<Task<T>> run, Func<Task>? tear = null)
    {
        Calls.Add($"{operation} {location}");
        if (_works.TryGetValue(Calls.Count - 1, out var work)) work();
        if (_before is { } before && before.Operation == operation)
        {
            _before = null;
            await before.Work();
        }
        if (!_faults.TryGetValue(Calls.Count - 1, out var fault)) return await run();
        Failed++;
        if (fault == StorageFault.TimedOut) await run();
        if (fault == StorageFault.Torn && tear is not null) await tear();
        throw fault == StorageFault.Full
            ? new IOException($"{location} cannot be written: No space left on device") { HResult = 28 }
            : new IOException($"{operation} of {location} failed as the test asked: {fault}");
    }

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }
}
