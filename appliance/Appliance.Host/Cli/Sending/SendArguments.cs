using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Appliance.Host.Cli.Events;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Sending;

/// <summary>The command line of <c>appliance events send</c> and <c>appliance rows send</c>.</summary>
/// <param name="verb">events or rows.</param>
internal sealed class SendArguments(string verb)
{
    /// <summary>Events in a body. 1,000: some 200 KB, which an appliance takes in about 10 ms.</summary>
    private const int DefaultBatch = 1000;

    private static readonly string[] Flags = ["--server", "--address", "--batch"];
    private static readonly FlagReader EventFlags = new("events send", ["--source", .. Flags, .. ColumnFlags.OfEvents], ["--shift-to-now", "--skip-bad-lines"]);
    private static readonly FlagReader RowFlags = new("rows send", ["--view", .. Flags, .. ColumnFlags.OfRows], ["--skip-bad-lines"]);

    private readonly List<string> _files = [];
    private Uri _server = new("http://127.0.0.1:8000/");

    public IReadOnlyList<string> Files => _files;

    /// <summary>The source of events; null where each names its own.</summary>
    public string? Source { get; private set; }

    /// <summary>The view that rows are for.</summary>
    public string View { get; private set; } = "";

    public ColumnFlags Columns { get; } = new();

    public bool ShiftToNow { get; private set; }

    public bool SkipBadLines { get; private set; }

    public Uri Server => _server;

    public int Batch { get; private set; } = DefaultBatch;

    /// <param name="args">What stands behind the verb.</param>
    public static bool TryParse(string verb, IReadOnlyList<string> args, [NotNullWhen(true)] out SendArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        arguments = null;
        if (args.Count == 0 || args[0] != "send")
        {
            error = $"{verb} {(args.Count == 0 ? "has no command" : $"'{args[0]}' is no command")}; it must be send";
            return false;
        }
        var read = new SendArguments(verb);
        error = (verb == "events" ? EventFlags : RowFlags).Read([.. args.Skip(1)], read.Set, read.AddFile) ?? read.Check();
        if (error is not null) return false;
        arguments = read;
        return true;
    }

    private string? AddFile(string file)
    {
        _files.Add(file);
        return null;
    }

    private string? Set(string name, string value)
    {
        switch (name)
        {
            case "--source": Source = value; return null;
            case "--view": View = value; return null;
            case "--shift-to-now": ShiftToNow = true; return null;
            case "--skip-bad-lines": SkipBadLines = true; return null;
            case "--server" or "--address": return ApplianceAddress.Read(name, value, "REST", ref _server);
            case "--batch":
                var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var batch);
                Batch = batch;
                return isNumber && batch >= 1 && batch <= EventLimits.Default.MaxEvents ? null : $"--batch is '{value}'; it must be 1 to {EventLimits.Default.MaxEvents}";
            default: return Columns.Set(name, value);
        }
    }

    private string? Check()
    {
        if (_files.Count == 0) return $"{verb} send names no file; it must name at least one";
        return verb == "rows" && View.Length == 0 ? "--view is missing; it must name the feature view that the rows are for" : null;
    }
}
