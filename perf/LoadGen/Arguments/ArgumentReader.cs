using System.Globalization;

namespace LoadGen.Arguments;

/// <summary>
/// Reads <c>--name value</c> and <c>--flag</c> pairs by name, and collects what is wrong with them: every error names the option, its value and
/// the rule. Not thread-safe; one command line, read once.
/// </summary>
public sealed class ArgumentReader
{
    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _known = [];
    private readonly List<string> _errors = [];

    /// <summary>Flags stand alone; every other option takes the argument after it.</summary>
    public ArgumentReader(IReadOnlyList<string> args, params ReadOnlySpan<string> flags)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i];
            var isFlag = flags.Contains(name);
            if (!name.StartsWith("--", StringComparison.Ordinal))
            {
                _errors.Add($"'{name}' is not an option; options start with --.");
            }
            else if (!isFlag && i + 1 == args.Count)
            {
                _known.Add(name);
                _errors.Add($"{name} has no value; it takes one.");
            }
            else if (!_values.TryAdd(name, isFlag ? "" : args[++i]))
            {
                _errors.Add($"{name} is given twice; once is the most.");
            }
        }
    }

    public bool Flag(string name) => Text(name) is not null;

    public string? Text(string name)
    {
        _known.Add(name);
        return _values.GetValueOrDefault(name);
    }

    public double Number(string name, double fallback, double min, double max) =>
        Read(name, fallback, $"a number from {Invariant(min)} to {Invariant(max)}",
            text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value : null);

    public int Whole(string name, int fallback, int min, int max) =>
        Read(name, fallback, $"a whole number from {min} to {max}",
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value : null);

    public T Choice<T>(string name, T fallback)
        where T : struct, Enum =>
        Read(name, fallback, $"one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}",
            text => text.All(char.IsAsciiLetter) && Enum.TryParse<T>(text, ignoreCase: true, out var value) ? value : null);

    /// <summary>Words of those that there are, with commas between; all of them where the option is absent.</summary>
    public IReadOnlyList<string> Words(string name, IReadOnlyList<string> all)
    {
        if (Text(name) is not { } text) return all;
        var words = text.Split(',');
        if (words.All(all.Contains)) return words;
        Refuse(name, text, $"words with commas between, of {string.Join(' ', all)}");
        return all;
    }

    public T Read<T>(string name, T fallback, string rule, Func<string, T?> parse)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }
        if (parse(text) is { } value)
        {
            return value;
        }
        Refuse(name, text, rule);
        return fallback;
    }

    /// <summary>Records that an option's value breaks a rule.</summary>
    public void Refuse(string name, string value, string rule) => _errors.Add($"{name} is '{value}'; it must be {rule}.");

    /// <summary>What is wrong, options that nobody asked for included. Call it last.</summary>
    public IReadOnlyList<string> Errors() =>
        [.. _errors, .. _values.Keys.Where(name => !_known.Contains(name)).Select(name => $"{name} is not known; known are {string.Join(" ", _known)}.")];

    private static string Invariant(double value) => value.ToString(CultureInfo.InvariantCulture);
}
