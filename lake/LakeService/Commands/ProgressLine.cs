using System.Globalization;
using Lake.Import;
using Lake.Maintenance;

namespace LakeService.Commands;

/// <summary>Says how far a command is: on a terminal one line that is written over, else a line a step. Thread-safe.</summary>
internal sealed class ProgressLine(CommandOutput output, TimeProvider clock) : IProgress<MaintenanceProgress>, IProgress<ImportProgress>, IProgress<long>, IDisposable
{
    /// <summary>Time between two writings at least: what the eye follows.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    private const int Width = 30;

    // Guards the fields below.
    private readonly Lock _gate = new();
    private string? _step;
    private long _written;
    private bool _isOpen;

    public void Report(MaintenanceProgress value)
    {
        lock (_gate)
        {
            if (!output.IsTerminal)
            {
                if (_step != value.Step) output.Error.WriteLine($"{value.Step} ({value.Total})");
                _step = value.Step;
                return;
            }
            if (!IsDue() && _step == value.Step && value.Done < value.Total) return;
            _step = value.Step;
            WriteOver(string.Create(CultureInfo.InvariantCulture, $"{value.Step} [{Bar(value.Done, value.Total)}] {value.Done}/{value.Total}"));
        }
    }

    public void Report(ImportProgress value)
    {
        lock (_gate)
        {
            if (!output.IsTerminal || (!IsDue() && value.Files < value.FilesTotal)) return;
            var left = value.TimeLeft is { } time ? $", {time:hh\\:mm\\:ss} left" : "";
            WriteOver(string.Create(CultureInfo.InvariantCulture,
                $"[{Bar(value.Bytes, value.BytesTotal)}] file {Math.Min(value.Files + 1, value.FilesTotal)}/{value.FilesTotal}, {value.Rows} rows, {value.BadRows} bad, {value.RowsPerSecond:F0}/s{left}"));
        }
    }

    public void Report(long value)
    {
        lock (_gate)
        {
            if (output.IsTerminal && IsDue()) WriteOver(string.Create(CultureInfo.InvariantCulture, $"{value} rows"));
        }
    }

    /// <summary>Leaves the line, so that others follow.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (_isOpen) output.Error.WriteLine();
            _isOpen = false;
        }
    }

    /// <summary>As <see cref="End"/>: also where the command fails, so that what went wrong has a line of its own.</summary>
    public void Dispose() => End();

    private static string Bar(long done, long total)
    {
        var filled = total == 0 ? Width : (int)(Width * Math.Min(done, total) / total);
        return new string('#', filled) + new string('.', Width - filled);
    }

    private bool IsDue()
    {
        if (_isOpen && clock.GetElapsedTime(_written) < Every) return false;
        _written = clock.GetTimestamp();
        return true;
    }

    private void WriteOver(string text)
    {
        output.Error.Write($"\r{text}\u001b[K");
        _isOpen = true;
    }
}
