using System.Globalization;
using Appliance.Host.Cli.Files;

namespace Appliance.Host.Cli.Sending;

/// <summary>Counts what is sent, and says how it goes: progress and faults to the errors, the summary to the output. Thread-safe.</summary>
internal sealed class SendReport(TextWriter output, TextWriter errors, TimeProvider time, string noun)
{
    /// <summary>Wrong lines that are shown one by one. 20: a screen's worth; further ones are counted.</summary>
    private const int ShownFaults = 20;

    private readonly long _started = time.GetTimestamp();
    // Guards all below, and the writers.
    private readonly Lock _gate = new();
    private long _accepted;
    private long _duplicates;
    private long _wrong;
    private string _upTo = "";
    private string _waiting = "";

    /// <summary>Lines that were wrong so far.</summary>
    public long Wrong
    {
        get
        {
            lock (_gate) return _wrong;
        }
    }

    /// <summary>Begins to say every second how it goes; disposing the timer ends that.</summary>
    public ITimer Start() => time.CreateTimer(_ => ShowProgress(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    public void Note(string sentence)
    {
        lock (_gate) errors.WriteLine(sentence);
    }

    /// <summary>A body is on the appliance's disk.</summary>
    public void Taken(PostResult result)
    {
        lock (_gate)
        {
            _accepted += result.Accepted;
            _duplicates += result.Duplicates;
            _waiting = "";
        }
    }

    /// <summary>Everything up to here has been taken.</summary>
    public void Reached(string file, int line)
    {
        lock (_gate) _upTo = $"{file}:{line}";
    }

    /// <summary>A line that is passed over.</summary>
    public void PassedOver(LineFault fault)
    {
        lock (_gate)
        {
            _wrong++;
            if (_wrong <= ShownFaults) errors.WriteLine(fault);
            if (_wrong == ShownFaults) errors.WriteLine("further wrong lines are only counted");
        }
    }

    /// <summary>A body waits for the appliance.</summary>
    public void Waiting(string why)
    {
        lock (_gate) _waiting = why;
    }

    /// <summary>The last word when something ended the sending early.</summary>
    public void Stopped(string why)
    {
        lock (_gate)
        {
            errors.WriteLine($"appliance: {why}");
            errors.WriteLine(_upTo.Length == 0
                ? "Nothing is known to be taken. Run it again: what is there by then counts once."
                : $"Everything up to {_upTo} is taken. Run it again to go on: what is there counts once.");
        }
    }

    public void Summarise()
    {
        lock (_gate) output.WriteLine(Line(time.GetElapsedTime(_started)));
    }

    private void ShowProgress()
    {
        lock (_gate)
        {
            var waits = _waiting.Length == 0 ? "" : $"; waiting: {_waiting}";
            errors.WriteLine($"{Line(time.GetElapsedTime(_started))}, up to {(_upTo.Length == 0 ? "the first line" : _upTo)}{waits}");
        }
    }

    private string Line(TimeSpan elapsed)
    {
        var sent = _accepted + _duplicates;
        var rate = elapsed > TimeSpan.Zero ? sent / elapsed.TotalSeconds : 0;
        return string.Create(CultureInfo.InvariantCulture,
            $"{sent} {noun} sent: {_accepted} new, {_duplicates} duplicates, {_wrong} refused; {elapsed.TotalSeconds:F1} s, {rate:F0} {noun}/s");
    }
}
