using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Trainer.Cli;

/// <summary>The train command's arguments.</summary>
internal sealed class TrainArguments
{
    public List<string> Pipelines { get; } = [];
    public bool All { get; private set; }
    public bool IfMissing { get; private set; }
    public int? Seed { get; private set; }
    public string SamplesFolder { get; private set; } = "samples";
    public string Repository { get; private set; } = "models";
    public string PipelinesFolder { get; private set; } = Path.Combine(AppContext.BaseDirectory, "pipelines");

    public static bool TryParse(
        IReadOnlyList<string> arguments, [NotNullWhen(true)] out TrainArguments? parsed, [NotNullWhen(false)] out string? error)
    {
        parsed = null;
        if (arguments is not ["train", ..])
        {
            error = arguments.Count == 0 ? "A command is missing." : $"There is no command '{arguments[0]}'.";
            return false;
        }
        var result = new TrainArguments();
        error = result.Read(arguments.Skip(1).ToList());
        if (error is not null) return false;
        parsed = result;
        return true;
    }

    private string? Read(List<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith('-'))
            {
                Pipelines.Add(argument);
            }
            else if (!TryReadFlag(argument))
            {
                if (++i == arguments.Count) return IsOption(argument) ? $"{argument} needs a value." : $"There is no option {argument}.";
                if (ReadOption(argument, arguments[i]) is { } error) return error;
            }
        }
        if (All && Pipelines.Count > 0) return $"--all and the pipeline '{Pipelines[0]}' are both given; give one of them.";
        return All || Pipelines.Count > 0 ? null : "Name a pipeline, or give --all.";
    }

    private bool TryReadFlag(string argument)
    {
        All |= argument == "--all";
        IfMissing |= argument == "--if-missing";
        return argument is "--all" or "--if-missing";
    }

    private static bool IsOption(string name) => name is "--samples" or "--out" or "--pipelines" or "--seed";

    private string? ReadOption(string name, string value)
    {
        switch (name)
        {
            case "--samples":
                SamplesFolder = value;
                return null;
            case "--out":
                Repository = value;
                return null;
            case "--pipelines":
                PipelinesFolder = value;
                return null;
            case "--seed":
                var isSeed = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed);
                Seed = seed;
                return isSeed ? null : $"--seed is '{value}'; it must be a whole number from 0 to {int.MaxValue}.";
            default:
                return $"There is no option {name}.";
        }
    }
}
