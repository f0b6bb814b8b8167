namespace Appliance.Host.Cli;

/// <summary>Takes a command line apart: flags with a value, as two words or with =, switches without one, and words that are neither. Immutable.</summary>
/// <param name="command">As it is called, for messages.</param>
/// <param name="flags">Those that have a value.</param>
/// <param name="switches">Those that have none.</param>
internal sealed class FlagReader(string command, IReadOnlyCollection<string> flags, IReadOnlyCollection<string> switches)
{
    private static readonly string[] Repeatable = ["--entity", "--file", "--node", "--shape"];

    /// <summary>Null, or what is wrong with the command line.</summary>
    /// <param name="set">Is given each flag as it was spelt and its value, empty for a switch; null, or what is wrong with the value.</param>
    /// <param name="word">Is given each word that is no flag, likewise.</param>
    public string? Read(IReadOnlyList<string> args, Func<string, string, string?> set, Func<string, string?> word)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < args.Count; i++)
        {
            var error = args[i].StartsWith('-') ? ReadFlag(args, ref i, seen, set) : word(args[i]);
            if (error is not null) return error;
        }
        return null;
    }

    private string? ReadFlag(IReadOnlyList<string> args, ref int i, HashSet<string> seen, Func<string, string, string?> set)
    {
        var at = args[i].IndexOf('=');
        var name = at < 0 ? args[i] : args[i][..at];
        var isSwitch = switches.Contains(name);
        if (!isSwitch && !flags.Contains(name)) return $"'{name}' is not a flag of {command}";
        if (!seen.Add(Meaning(name)) && !Repeatable.Contains(name)) return $"{name} is given twice";
        if (isSwitch) return at < 0 ? set(name, "") : $"{name} takes no value";
        var value = at >= 0 ? args[i][(at + 1)..] : i + 1 < args.Count ? args[++i] : "";
        return value.Length == 0 ? $"{name} needs a value" : set(name, value);
    }

    // Two spellings of one flag.
    private static string Meaning(string name) => name switch
    {
        "--address" => "--server",
        "--id-column" => "--id",
        _ => name,
    };
}
