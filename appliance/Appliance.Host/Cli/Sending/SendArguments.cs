using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Sending;

/// <summary>The command line of <c>appliance events send</c> and <c>appliance rows send</c>.</summary>
/// <param name="Verb">events or rows.</param>
internal sealed class SendArguments(string verb)
{
    /// <summary>Events in a body. 1,000: some 200 KB, which an appliance takes in about 10 ms.</summary>
    private const int DefaultBatch = 1000;

    private static readonly string[] EventFlags = ["--source", "--event-time", "--type", "--entity", "--id", "--shift-to-now", "--skip-bad-lines", "--server", "--address", "--batch"];
    private static readonly string[] RowFlags = ["--view", "--event-time", "--entity", "--skip-bad-lines", "--server", "--address", "--batch"];

    private readonly List<string> _files = [];
    private readonly List<(string Column, string JoinKey)> _entities = [];

    public IReadOnlyList<string> Files => _files;

    /// <summary>The source of events; null where each names its own.</summary>
    public string? Source { get; private set; }

    /// <summary>The view that rows are for.</summary>
    public string View { get; private set; } = "";

    public string? EventTime { get; private set; }

    public string? Type { get; private set; }

    public string? Id { get; private set; }

    /// <summary>Columns and the join keys that they hold; empty to find them by their names.</summary>
    public IReadOnlyList<(string Column, string JoinKey)> Entities => _entities;

    public bool ShiftToNow { get; private set; }

    public bool SkipBadLines { get; private set; }

    public Uri Server { get; private set; } = new("http://127.0.0.1:8000/");

    public int Batch { get; private set; } = DefaultBatch;

    /// <summary>Whether a flag says what a column of a table is.</summary>
    public bool NamesColumns => EventTime is not null || Type is not null || Id is not null || _entities.Count > 0;

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
        error = read.ReadAll([.. args.Skip(1)]) ?? read.Check();
        if (error is not null) return false;
        arguments = read;
        return true;
    }

    private string? ReadAll(string[] args)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith('-'))
            {
                _files.Add(args[i]);
                continue;
            }
            var at = args[i].IndexOf('=');
            var name = at < 0 ? args[i] : args[i][..at];
            if (!(verb == "events" ? EventFlags : RowFlags).Contains(name)) return $"'{name}' is not a flag of {verb} send";
            if (!seen.Add(name == "--address" ? "--server" : name) && name != "--entity") return $"{name} is given twice";
            if (name is "--shift-to-now" or "--skip-bad-lines")
            {
                if (at >= 0) return $"{name} takes no value";
                if (name == "--shift-to-now") ShiftToNow = true;
                else SkipBadLines = true;
                continue;
            }
            var value = at >= 0 ? args[i][(at + 1)..] : i + 1 < args.Length ? args[++i] : "";
            if (value.Length == 0) return $"{name} needs a value";
            if (Set(name, value) is { } error) return error;
        }
        return null;
    }

    private string? Set(string name, string value)
    {
        switch (name)
        {
            case "--source": Source = value; return null;
            case "--view": View = value; return null;
            case "--event-time": EventTime = value; return null;
            case "--type": Type = value; return null;
            case "--id": Id = value; return null;
            case "--entity": return AddEntity(value);
            case "--batch":
                var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var batch);
                Batch = batch;
                return isNumber && batch >= 1 && batch <= EventLimits.Default.MaxEvents ? null : $"--batch is '{value}'; it must be 1 to {EventLimits.Default.MaxEvents}";
            default:
                if (!Uri.TryCreate(value.EndsWith('/') ? value : value + "/", UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
                {
                    return $"{name} is '{value}'; it must be an address like http://127.0.0.1:8000";
                }
                Server = server;
                return null;
        }
    }

    private string? AddEntity(string value)
    {
        var at = value.IndexOf('=');
        var (column, key) = at < 0 ? (value, value) : (value[..at], value[(at + 1)..]);
        if (column.Length == 0 || key.Length == 0) return $"--entity is '{value}'; it must be COLUMN or COLUMN=JOINKEY";
        if (_entities.Exists(e => e.JoinKey == key)) return $"--entity names join key '{key}' twice";
        _entities.Add((column, key));
        return null;
    }

    private string? Check()
    {
        if (_files.Count == 0) return $"{verb} send names no file; it must name at least one";
        return verb == "rows" && View.Length == 0 ? "--view is missing; it must name the feature view that the rows are for" : null;
    }
}
