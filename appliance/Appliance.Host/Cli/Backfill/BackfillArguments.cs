using System.Diagnostics.CodeAnalysis;
using System.Text;
using Appliance.Host.Cli.Events;
using Appliance.Host.Cli.Files;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Backfill;

/// <summary>The command line of <c>appliance features backfill</c>.</summary>
/// <param name="View">The stream view that gets history.</param>
internal sealed record BackfillArguments(string View)
{
    private static readonly FlagReader Flags = new(
        "features backfill", ["--file", "--until", "--server", "--address", .. ColumnFlags.OfEvents], ["--journal", "--dry-run", "--skip-bad-lines"]);

    private Uri _address = new("http://127.0.0.1:8001");

    public Uri Address => _address;

    /// <summary>Empty: where the view's source says that its history lies.</summary>
    public List<string> Files { get; } = [];

    public bool Journal { get; private set; }

    public ColumnFlags Columns { get; } = new();

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
        error = Flags.Read([.. args.Skip(1)], read.Set, word => $"'{word}' is not a flag of features backfill") ?? read.Check();
        if (error is not null) return false;
        arguments = read;
        return true;
    }

    private string? Set(string name, string value)
    {
        switch (name)
        {
            case "--journal": Journal = true; return null;
            case "--dry-run": IsDryRun = true; return null;
            case "--skip-bad-lines": SkipsBadLines = true; return null;
            case "--file": Files.Add(value); return null;
            case "--server" or "--address": return ApplianceAddress.Read(name, value, "gRPC", ref _address);
            case "--until":
                if (!Rfc3339.TryParse(Encoding.UTF8.GetBytes(value), out var until)) return $"--until is '{value}'; it {Rfc3339.Rule}";
                Until = until;
                return null;
            default: return Columns.Set(name, value);
        }
    }

    private string? Check()
    {
        if (Files.Count(f => f == InputFile.Piped) > 1) return "--file - is given twice; what is piped in can be read once";
        if (Journal && Files.Count > 0) return "--journal and --file exclude each other; run one after the other";
        return Journal && Columns.Any ? "--event-time, --type, --entity and --id name columns of files; --journal reads none" : null;
    }
}
