using System.Diagnostics.CodeAnalysis;

namespace Appliance.Host.Cli;

/// <summary>The command line of <c>appliance features</c>.</summary>
/// <param name="Command">apply, plan, list, describe, delete or verify.</param>
internal sealed record FeaturesVerbArguments(string Command)
{
    private static readonly string[] Commands = ["apply", "plan", "list", "describe", "delete", "verify"];

    /// <summary>Words behind the command: a kind, or a kind and a name.</summary>
    public IReadOnlyList<string> Words { get; private init; } = [];

    public Uri Server { get; private set; } = new("http://127.0.0.1:8000");

    public string Folder { get; private set; } = "features";

    public string Author { get; private set; } = Environment.UserName;

    public string Reason { get; private set; } = "";

    public string Mode { get; private set; } = "merge";

    /// <summary>Of verify: how far back; null for all.</summary>
    public string? Since { get; private set; }

    /// <summary>Of verify: one model; null for all.</summary>
    public string? Model { get; private set; }

    /// <summary>Of verify: the report as the appliance gives it.</summary>
    public bool Json { get; private set; }

    public static bool TryParse(
        IReadOnlyList<string> args, [NotNullWhen(true)] out FeaturesVerbArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        arguments = null;
        if (args.Count == 0 || !Commands.Contains(args[0]))
        {
            error = $"features {(args.Count == 0 ? "has no command" : $"'{args[0]}' is no command")}; it must be {string.Join(", ", Commands)}";
            return false;
        }
        var words = new List<string>();
        var read = new FeaturesVerbArguments(args[0]) { Words = words };
        var seen = new HashSet<string>();
        error = null;
        for (var i = 1; i < args.Count && error is null; i++)
        {
            if (!args[i].StartsWith('-'))
            {
                words.Add(args[i]);
                continue;
            }
            if (args[i] == "--json")
            {
                read.Json = true;
                continue;
            }
            var at = args[i].IndexOf('=');
            var (name, value) = at < 0 ? (args[i], i + 1 < args.Count ? args[++i] : null) : (args[i][..at], args[i][(at + 1)..]);
            error = seen.Add(name) ? read.Set(name, value) : $"{name} is given twice";
        }
        error ??= read.CheckWords();
        if (error is not null) return false;
        arguments = read;
        return true;
    }

    private string? Set(string name, string? value)
    {
        if (name is not ("--server" or "--folder" or "--author" or "--reason" or "--mode" or "--since" or "--model")) return $"'{name}' is not a flag of features";
        if (value is null) return $"{name} needs a value";
        switch (name)
        {
            case "--server":
                if (!Uri.TryCreate(value, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
                {
                    return $"--server is '{value}'; it must be an address like http://127.0.0.1:8000";
                }
                Server = server;
                return null;
            case "--folder": Folder = value; return null;
            case "--author": Author = value; return null;
            case "--reason": Reason = value; return null;
            case "--since": Since = value; return null;
            case "--model": Model = value; return null;
            default:
                Mode = value;
                return value is "merge" or "replace" ? null : $"--mode is '{value}'; it must be merge or replace";
        }
    }

    private string? CheckWords()
    {
        var (least, most, needs) = Command switch
        {
            "list" => (0, 1, "a kind at most"),
            "describe" or "delete" => (2, 2, "a kind and a name"),
            _ => (0, 0, "no words"),
        };
        if (Words.Count < least || Words.Count > most) return $"features {Command} {string.Join(' ', Words)}: it takes {needs}";
        return Command is "apply" or "delete" && string.IsNullOrWhiteSpace(Reason) ? "--reason is missing; it must say in a line why the definitions change" : null;
    }
}
