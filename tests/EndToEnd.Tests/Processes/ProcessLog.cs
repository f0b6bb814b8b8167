using System.Diagnostics;

namespace EndToEnd.Tests.Processes;

/// <summary>What a process writes to both its streams, kept for failure messages: the latest lines only. Thread-safe.</summary>
internal sealed class ProcessLog
{
    // Enough to hold a start, a hundred loads and the fault behind them.
    private const int KeptLines = 400;

    // Guards _lines.
    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();

    /// <summary>Reads both streams of a started process until they end.</summary>
    public void Follow(Process process)
    {
        process.OutputDataReceived += (_, e) => Add(e.Data);
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool Contains(string text)
    {
        lock (_gate) return _lines.Any(l => l.Contains(text, StringComparison.Ordinal));
    }

    public override string ToString()
    {
        lock (_gate) return string.Join('\n', _lines);
    }

    private void Add(string? line)
    {
        if (line is null) return;
        lock (_gate)
        {
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines) _lines.Dequeue();
        }
    }
}
