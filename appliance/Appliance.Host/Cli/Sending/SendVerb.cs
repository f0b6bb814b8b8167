using System.Runtime.InteropServices;
using Appliance.Host.Cli.Events;
using Appliance.Host.Cli.Files;
using FeatureModel.Definitions;

namespace Appliance.Host.Cli.Sending;

/// <summary>
/// <c>appliance events send</c> and <c>appliance rows send</c>: what files hold goes to a running appliance, over its REST calls. Exit codes: 0 done, 1
/// refused, not reached or stopped, 2 a wrong command line.
/// </summary>
internal sealed class SendVerb(HttpClient http, TextWriter output, TextWriter errors, TimeProvider time)
{
    /// <summary>Bodies on their way at once. 4: while one waits for the disk, the next are read, sent and checked.</summary>
    private const int MaxInFlight = 4;

    /// <summary>Runs until the end, SIGINT or SIGTERM; a second signal ends the process at once.</summary>
    public static async Task<int> RunAsync(string verb, string[] args)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        if (!ApplianceClient.TryCreate(out var created, out var wrong)) return Usage.Refuse(wrong);
        using var http = created;
        return await new SendVerb(http, Console.Out, Console.Error, TimeProvider.System).RunAsync(verb, args, stop.Token);
    }

    /// <summary>Returns the exit code.</summary>
    /// <param name="verb">events or rows.</param>
    public async Task<int> RunAsync(string verb, IReadOnlyList<string> args, CancellationToken stop)
    {
        if (!SendArguments.TryParse(verb, args, out var arguments, out var error))
        {
            errors.WriteLine($"appliance: {error}. See 'appliance help'.");
            return 2;
        }
        var report = new SendReport(output, errors, time, verb);
        try
        {
            var done = verb == "rows" ? await SendRowsAsync(arguments, report, stop) : await SendEventsAsync(arguments, report, stop);
            report.Summarise();
            return done ? 0 : 1;
        }
        catch (InputException e)
        {
            errors.WriteLine($"appliance: {e.Message}");
        }
        catch (UnreadableFileException e)
        {
            report.Stopped(e.Message);
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("appliance: stopped before anything was sent");
        }
        return 1;
    }

    private async Task<bool> SendEventsAsync(SendArguments arguments, SendReport report, CancellationToken stop)
    {
        var tables = arguments.Files.Where(f => !InputFile.IsJson(f)).ToList();
        if (tables.Count > 0 && arguments.Source is null) throw new InputException($"{tables[0]}: --source must say where a table's events come from");
        if (arguments.Source is null && arguments.Columns.Any) throw new InputException("--event-time, --type, --entity and --id name columns of rows; without --source these files hold whole events");
        var registry = new RestRegistryClient(http, arguments.Server);
        IReadOnlyList<SourceDefinition> sources = arguments.Source is { } name
            ? [await registry.SourceAsync(name, stop)]
            : [.. (await registry.AllAsync(DefinitionKind.Source, stop)).Cast<SourceDefinition>()];
        // Whole events may be rows of other kinds of source as well.
        var hasRows = tables.Count > 0 || arguments.Columns.Any || (arguments.Source is not null && sources[0].Kind == "events");
        var shape = hasRows ? await EventPlan.OfSourceAsync(arguments.Columns, sources[0], registry, stop) : null;
        var lateness = sources.ToDictionary(s => s.Name, s => Durations.TryParse(s.Lateness, out var micros) ? micros : long.MaxValue);
        IEventReader Open(string file) => InputFile.IsJson(file) ? new JsonEventReader(file, arguments.Source, shape) : new CsvEventReader(file, shape!);
        long? shift = arguments.ShiftToNow ? NewestTime.ShiftOf(arguments.Files, Open, Now, stop) : null;
        if (shift is { } moved) report.Note($"All times are moved by {moved / Durations.Day} days.");
        var clocks = lateness.ToDictionary(l => l.Key, l => new SourceClock(l.Key, l.Value));
        var window = new SendWindowPolicy(MaxInFlight, lateness.Count == 0 ? 0 : lateness.Values.Min());
        return await SendFilesAsync(arguments, report, window, file => new EventBodies(new EventFile(Open(file), shift), clocks, Now, arguments.Batch), stop);
    }

    private async Task<bool> SendRowsAsync(SendArguments arguments, SendReport report, CancellationToken stop)
    {
        var registry = new RestRegistryClient(http, arguments.Server);
        var shapes = new Dictionary<string, RowShape>();
        foreach (var file in arguments.Files.Distinct())
        {
            InputFile.RequireExists(file);
            shapes[file] = await EventPlan.OfViewAsync(arguments.View, arguments.Columns, registry, (Now, Micros(File.GetLastWriteTimeUtc(file))), stop);
        }
        IEventReader Open(string file) => InputFile.IsJson(file) ? new JsonRowReader(file, shapes[file]) : new CsvEventReader(file, shapes[file]);
        // One at a time: of two rows of one key and time, the later line counts.
        var window = new SendWindowPolicy(1, 0);
        return await SendFilesAsync(arguments, report, window, file => new EventBodies(new EventFile(Open(file), null), new Dictionary<string, SourceClock>(), Now, arguments.Batch), stop);
    }

    private async Task<bool> SendFilesAsync(SendArguments arguments, SendReport report, SendWindowPolicy window, Func<string, EventBodies> open, CancellationToken stop)
    {
        var loop = new SendLoop(new BodyPoster(http, arguments.Server, time, report), window, report, arguments.SkipBadLines);
        // What is wrong with a file as a whole is told before anything is sent.
        foreach (var file in arguments.Files) open(file).Dispose();
        using var progress = report.Start();
        foreach (var file in arguments.Files)
        {
            using var bodies = open(file);
            foreach (var note in bodies.Notes) report.Note(note);
            if (!await loop.SendAsync(bodies, stop)) return false;
        }
        return true;
    }

    private long Now => Micros(time.GetUtcNow().UtcDateTime);

    private static long Micros(DateTime moment) => (moment.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
