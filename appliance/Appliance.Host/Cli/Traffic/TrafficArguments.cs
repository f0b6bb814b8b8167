using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Rollouts;

namespace Appliance.Host.Cli.Traffic;

/// <summary>The command line of <c>appliance traffic</c> and <c>appliance rollout</c>.</summary>
/// <param name="verb">traffic or rollout.</param>
/// <param name="command">get, set or clear; start, get, pause, resume, abort, pass or fail.</param>
internal sealed class TrafficArguments(string verb, string command)
{
    private static readonly string[] TrafficCommands = ["get", "set", "clear"];
    private static readonly string[] RolloutCommands = ["start", "get", "pause", "resume", "abort", "pass", "fail"];

    private static readonly string[] TrafficFlags = ["--server", "--author", "--reason", "--shadow", "--tolerance"];
    private static readonly string[] RolloutFlags = ["--server", "--author", "--reason", "--candidate", "--baseline", "--steps", "--samples", "--min-seconds", "--tolerance"];

    private Uri _server = new("http://127.0.0.1:8000/");

    public string Verb { get; } = verb;
    public string Command { get; } = command;
    public Uri Server => _server;
    public string Model { get; private set; } = "";
    public string Author { get; private set; } = Environment.UserName;
    public string Reason { get; private set; } = "";

    /// <summary>Of set: versions and their shares.</summary>
    public List<TrafficShare> Arms { get; } = [];

    /// <summary>Of set: shadows and how much of the requests each gets.</summary>
    public List<TrafficShare> Shadows { get; } = [];

    public double? Tolerance { get; private set; }

    public long Candidate { get; private set; }

    /// <summary>0 for the version that has most of the requests.</summary>
    public long Baseline { get; private set; }

    /// <summary>Of start: the steps; empty for the usual ones.</summary>
    public List<RolloutStep> Steps { get; } = [];

    public long? Samples { get; private set; }

    public int MinSeconds { get; private set; }

    /// <summary>Whether the answer is printed as the appliance gives it.</summary>
    public bool Json { get; private set; }

    private bool IsRead => Command == "get";

    public static bool TryParse(
        string verb, IReadOnlyList<string> args, [NotNullWhen(true)] out TrafficArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        arguments = null;
        var commands = verb == "traffic" ? TrafficCommands : RolloutCommands;
        if (args.Count == 0 || !commands.Contains(args[0]))
        {
            error = $"{verb} {(args.Count == 0 ? "has no command" : $"'{args[0]}' is no command")}; it must be {string.Join(", ", commands)}";
            return false;
        }
        var read = new TrafficArguments(verb, args[0]);
        var reader = new FlagReader($"{verb} {args[0]}", verb == "traffic" ? TrafficFlags : RolloutFlags, ["--json"]);
        error = reader.Read([.. args.Skip(1)], read.Set, read.Word) ?? read.CheckWhole();
        if (error is not null) return false;
        arguments = read;
        return true;
    }

    private string? Word(string word)
    {
        if (Model.Length == 0)
        {
            Model = word;
            return null;
        }
        if (Command != "set") return $"'{word}' is one word too many for {Verb} {Command}";
        return ReadShares(word, Arms);
    }

    private string? Set(string flag, string value)
    {
        switch (flag)
        {
            case "--json": Json = true; return null;
            case "--server": return ApplianceAddress.Read(flag, value, "REST", ref _server);
            case "--author": Author = value; return null;
            case "--reason": Reason = value; return null;
            case "--shadow": return value.Split(',').Select(s => ReadShares(s.Contains('=') ? s : $"{s}=100", Shadows)).FirstOrDefault(e => e is not null);
            case "--steps": return value.Split(',').Select(ReadStep).FirstOrDefault(e => e is not null);
            case "--candidate": return Whole(flag, value, v => Candidate = v);
            case "--baseline": return Whole(flag, value, v => Baseline = v);
            case "--samples": return Whole(flag, value, v => Samples = v);
            case "--min-seconds": return Whole(flag, value, v => MinSeconds = (int)Math.Min(v, int.MaxValue));
            default:
                if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var tolerance)) return $"{flag} is '{value}'; it must be a number from 0 up";
                Tolerance = tolerance;
                return null;
        }
    }

    private string? CheckWhole()
    {
        if (Model.Length == 0) return $"{Verb} {Command} needs a model's name";
        if (!IsRead && string.IsNullOrWhiteSpace(Reason)) return "--reason is missing; it must say in a line why the traffic changes";
        if (Command == "set" && Arms.Count == 0) return "traffic set needs versions and their percents, like 1=99 2=1";
        return Command == "start" && Candidate == 0 ? "--candidate is missing; it must be the version that is to take over" : null;
    }

    private static string? ReadShares(string word, List<TrafficShare> shares)
    {
        var at = word.IndexOf('=');
        if (at < 0 || !long.TryParse(word[..at], NumberStyles.None, CultureInfo.InvariantCulture, out var version) || !TryPercent(word[(at + 1)..], out var basisPoints))
        {
            return $"'{word}' is no share; it must be a version and its percent, {Percent.Rule}, like 2=1, 2=0.25 or 2=1%";
        }
        shares.Add(new TrafficShare(version, basisPoints));
        return null;
    }

    private string? ReadStep(string word)
    {
        var isShadow = word.StartsWith("shadow", StringComparison.Ordinal);
        var number = isShadow ? word["shadow".Length..].TrimStart(':') : word;
        if (number.Length == 0 && isShadow) number = "100";
        if (!TryPercent(number, out var basisPoints)) return $"--steps has '{word}'; a step must be a percent, shadow, or shadow:PERCENT";
        Steps.Add(new RolloutStep(isShadow, basisPoints, RolloutStep.DefaultSamples));
        return null;
    }

    private static bool TryPercent(string text, out int basisPoints)
    {
        basisPoints = 0;
        if (text.EndsWith('%')) text = text[..^1];
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && Percent.TryOf(percent, out basisPoints);
    }

    private static string? Whole(string flag, string value, Action<long> set)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return $"{flag} is '{value}'; it must be a whole number";
        set(number);
        return null;
    }
}
