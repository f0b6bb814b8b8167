using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Appliance.Inference.Repository;
using Appliance.Scoring.Traffic;

namespace Appliance.Host.Cli.Models;

/// <summary>The command line of <c>appliance models</c>.</summary>
/// <param name="Command">deploy, list, describe, rollback or delete.</param>
internal sealed record ModelsArguments(string Command)
{
    private static readonly string[] Commands = ["deploy", "list", "describe", "rollback", "delete"];

    private static readonly FlagReader OfDeploy = new("models deploy", ["--name", "--version", "--config", "--file", "--node", "--canary"], ["--wait"]);
    private static readonly FlagReader OfDelete = new("models delete", ["--version", "--node"], []);
    private static readonly FlagReader OfOthers = new("models", ["--node"], []);

    private readonly List<Uri> _nodes = [];

    /// <summary>The model's name; empty for list.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Of deploy: the graph's file.</summary>
    public string File { get; private set; } = "";

    /// <summary>0 where none is named.</summary>
    public long Version { get; private set; }

    /// <summary>Of deploy: the model's configuration; empty for none.</summary>
    public string Config { get; private set; } = "";

    /// <summary>Of deploy: files that belong to the version, besides the graph.</summary>
    public List<string> Files { get; } = [];

    /// <summary>Of deploy: whether to wait for nodes that start.</summary>
    public bool Wait { get; private set; }

    /// <summary>Of deploy: the version's share as a canary, in hundredths of a percent; 0 where it gets every request.</summary>
    public int Canary { get; private set; }

    /// <summary>The appliances, each once, in the order in which they were named.</summary>
    public IReadOnlyList<Uri> Nodes => _nodes.Count > 0 ? _nodes : [new Uri("http://127.0.0.1:8000")];

    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out ModelsArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        arguments = null;
        error = args.Count == 0 || !Commands.Contains(args[0]) ? $"models {(args.Count == 0 ? "has no command" : $"'{args[0]}' is not a command")}; it must be {string.Join(", ", Commands)}" : null;
        if (error is not null) return false;
        var read = new ModelsArguments(args[0]);
        var flags = args[0] switch { "deploy" => OfDeploy, "delete" => OfDelete, _ => OfOthers };
        error = flags.Read([.. args.Skip(1)], read.Set, read.Word) ?? read.Check();
        if (error is not null) return false;
        arguments = read;
        return true;
    }

    private string? Set(string name, string value)
    {
        switch (name)
        {
            case "--name": Name = value; return null;
            case "--config": Config = value; return null;
            case "--file": Files.Add(value); return null;
            case "--wait": Wait = true; return null;
            case "--canary":
                // As people write it: 1 or 1%.
                var number = value.EndsWith('%') ? value[..^1] : value;
                if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
                    || !Percent.TryOf(percent, out var basisPoints) || basisPoints is 0 or BucketMap.Buckets)
                {
                    return $"--canary is '{value}'; it must be a percent {CanaryPolicy.Rule}, like 1% or 0.25%";
                }
                Canary = basisPoints;
                return null;
            case "--version":
                if (!ModelName.TryParseVersion(value, out var version, out var problem)) return $"--version is '{value}'; {problem}";
                Version = version;
                return null;
            default:
                var node = new Uri("http://127.0.0.1:8000");
                if (ApplianceAddress.Read(name, value, "REST", ref node) is { } error) return error;
                if (_nodes.Contains(node)) return $"--node {value} is given twice";
                _nodes.Add(node);
                return null;
        }
    }

    private string? Word(string word)
    {
        if (Command == "deploy" && File.Length == 0) File = word;
        else if (Command is "describe" or "rollback" or "delete" && Name.Length == 0) Name = word;
        else return $"'{word}' is one word too many for models {Command}";
        return null;
    }

    private string? Check()
    {
        if (Command == "deploy" && File.Length == 0) return "models deploy has no file; it must be models deploy FILE.onnx --name NAME";
        if (Command == "deploy" && Name.Length == 0) return "--name is missing; it is what callers call the model";
        if (Command != "list" && Name.Length == 0) return $"models {Command} has no model; it must be models {Command} NAME";
        return Name.Length > 0 && ModelName.Problem(Name) is { } problem ? $"{(Command == "deploy" ? "--name" : "NAME")} is '{Name}'; {problem}" : null;
    }
}
