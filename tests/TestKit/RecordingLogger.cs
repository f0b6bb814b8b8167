using Microsoft.Extensions.Logging;

namespace TestKit;

/// <summary>A logger that keeps what it is told, and lets a test wait for an event. Thread-safe.</summary>
public sealed class RecordingLogger<T> : ILogger<T>
{
    // Only a broken test waits this long: it then fails instead of hanging.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Guards _lines.
    private readonly Lock _gate = new();
    private readonly List<LoggedLine> _lines = [];
    private readonly SemaphoreSlim _written = new(0);

    public IReadOnlyList<LoggedLine> Lines
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    /// <summary>How often an event was logged.</summary>
    public int Count(int eventId) => Lines.Count(l => l.EventId == eventId);

    /// <summary>Waits until an event was logged this often in all. For one waiter at a time.</summary>
    public async Task LoggedAsync(int eventId, int times, CancellationToken cancellation)
    {
        while (Count(eventId) < times)
        {
            if (!await _written.WaitAsync(Patience, cancellation)) throw new TimeoutException($"event {eventId} was logged {Count(eventId)} times, not {times}");
        }
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate) _lines.Add(new LoggedLine(eventId.Id, logLevel, formatter(state, exception)));
        _written.Release();
    }
}
