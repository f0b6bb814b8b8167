using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FeatureModel.Definitions;

/// <summary>Collects everything that is wrong with a set of definitions, so that all of it is reported together. Not thread-safe.</summary>
public sealed class DefinitionErrors
{
    /// <summary>Characters of a value that an error repeats; enough to find it again in the file.</summary>
    private const int MaxShown = 120;

    private readonly List<DefinitionError> _errors = [];
    private readonly HashSet<NamedDefinition> _faulty = new(ReferenceEqualityComparer.Instance);

    public IReadOnlyList<DefinitionError> All => _errors;

    public void Add(DefinitionError error) => _errors.Add(error);

    /// <summary>Whether something is wrong with that object, as far as it has been looked at.</summary>
    public bool IsFaulty(NamedDefinition definition) => _faulty.Contains(definition);

    /// <summary>Adds an error about a value of an object.</summary>
    /// <param name="path">The value's path below the object, for example <c>features[0].type</c>; empty for the object itself.</param>
    public void Add(NamedDefinition definition, string path, object? value, string rule)
    {
        var (file, root) = definition.Origin is { } origin
            ? (origin.File, origin.Path)
            : ("", $"{definition.ObjectKind.Section()}.{definition.Name}");
        _faulty.Add(definition);
        _errors.Add(new(file, path.Length == 0 ? root : $"{root}.{path}", Show(value), rule));
    }

    /// <summary>Adds an error unless the rule holds; answers whether it does.</summary>
    public bool Require(bool holds, NamedDefinition definition, string path, object? value, string rule)
    {
        if (!holds) Add(definition, path, value, rule);
        return holds;
    }

    /// <summary>A value as errors show it: one short line, whatever it holds.</summary>
    public static string Show(object? value) => value switch
    {
        null => "absent",
        string text => $"'{Cut(text)}'",
        bool flag => flag ? "true" : "false",
        JsonElement { ValueKind: JsonValueKind.String } json => $"'{Cut(json.GetString()!)}'",
        JsonElement json => Cut(json.GetRawText()),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Cut(value.ToString() ?? ""),
    };

    private static string Cut(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, MaxShown) + 3);
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, MaxShown)))
        {
            var plain = !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\u2028' or '\u2029' or '\ufffd');
            if (!plain) clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else clean.Append(c);
        }
        return text.Length > MaxShown ? clean.Append("...").ToString() : clean.ToString();
    }
}
