using System.Diagnostics.CodeAnalysis;
using System.Text;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Backfill;

/// <summary>The command line of <c>appliance features backfill</c>.</summary>
/// <param name="View">The stream view that gets history.</param>
internal sealed record BackfillArguments(string View)
{
    public Uri Address { get; private set; } = new("http://127.0.0.1:8001");

    /// <summary>Empty: where the view's source says that its history lies.</summary>
    public List<string> Files { get; } = [];

    public bool Journal { get; private set; }

    /// <summary>The column of the events' ids; null: they are derived from what the events say.</summary>
    public string? IdColumn { get; private set; }

    /// <summary>Microseconds since 1970.</summary>
    public long? Until { get; private set; }

    public bool IsDryRun { get; private set; }

    public bool SkipsBadLines { get; private set; }

    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out BackfillArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        arguments = null;
        error = args.Count == 0 || args[0].StartsWith('-') ? "features backfill has no view; it must be features backfill VIEW [flags]" : null;
        if (error is not null) return false;
        var read = new BackfillArguments(args[0]);
        for (var i = 1; i < args.Count && error is null; i++)
        {
            if (read.TrySwitch(args[i])) continue;
            var at = args[i].IndexOf('=');
            var (name, value) = at < 0 ? (args[i], i + 1 < args.Count ? args[++i] : null) : (args[i][..at], args[i][(at + 1)..]);
            error = read.Set(name, value);
        }
        if (error is null && read.Journal && read.Files.Count > 0) error = "--journal and --file exclude each other; run one after the other";
        if (error is not null) return false;
        arguments = read;
        return true;
    }

    private bool TrySwitch(string flag)
    {
        switch (flag)
        {
            case "--journal": return Journal = true;
            case "--dry-run": return IsDryRun = true;
            case "--skip-bad-lines": return SkipsBadLines = true;
            default: return false;
        }
    }

    private string? Set(string name, string? value)
    {
        if (name is not ("--file" or "--id-column" or "--until" or "--address")) return $"'{name}' is not a flag of features backfill";
        if (string.IsNullOrEmpty(value)) return $"{name} needs a value";
        switch (name)
        {
            case "--file":
                Files.Add(value);
                return null;
            case "--id-column":
                IdColumn = value;
                return null;
            case "--until":
                if (!Rfc3339.TryParse(Encoding.UTF8.GetBytes(value), out var until)) return $"--until is '{value}'; it {Rfc3339.Rule}";
                Until = until;
                return null;
            default:
                if (!Uri.TryCreate(value, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                {
                    return $"--address is '{value}'; it must be the gRPC address of an appliance, like http://127.0.0.1:8001";
                }
                Address = address;
                return null;
        }
    }
}
