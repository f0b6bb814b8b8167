using System.Collections.Concurrent;
using System.Text;
using Appliance.Inference.Batching;

namespace TestKit;

/// <summary>
/// A transport that notes what it is told, in order: each request by its id and outcome, and each flush. Several may share one log, with a
/// name in front of each one's lines. Thread-safe.
/// </summary>
public sealed class RecordingWaiter(string name = "", ConcurrentQueue<string>? log = null) : IEntryWaiter
{
    // Only a broken test waits this long: it then fails instead of hanging.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<string> _log = log ?? new();
    private readonly SemaphoreSlim _told = new(0);

    /// <summary>Every line so far: "a Ok", "flush".</summary>
    public IReadOnlyList<string> Told => [.. _log];

    /// <summary>Called with each request after it is noted, on the thread that tells of it.</summary>
    public Action<BatchEntry>? OnCompleted { get; set; }

    /// <summary>Makes this the one who hears of a request's end.</summary>
    public BatchEntry Awaits(BatchEntry entry)
    {
        entry.Waiter = this;
        return entry;
    }

    /// <summary>Waits until so many further requests have been told.</summary>
    public async Task ToldAsync(int requests, CancellationToken cancellation)
    {
        for (var i = 0; i < requests; i++)
        {
            if (!await _told.WaitAsync(Patience, cancellation)) throw new TimeoutException($"{i} of {requests} requests are told: {string.Join(", ", _log)}");
        }
    }

    public void Completed(BatchEntry entry)
    {
        Note($"{Encoding.UTF8.GetString(entry.Id.Span)} {entry.Status}");
        OnCompleted?.Invoke(entry);
        _told.Release();
    }

    public void Flush() => Note("flush");

    private void Note(string line) => _log.Enqueue(name.Length == 0 ? line : $"{name}: {line}");
}
