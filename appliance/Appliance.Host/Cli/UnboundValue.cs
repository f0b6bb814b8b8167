using System.Text.RegularExpressions;
using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Cli;

/// <summary>Says of a value that is not of its setting's type what it must be: the binder names a type of this program, which is no rule. Pure.</summary>
internal static partial class UnboundValue
{
    /// <summary>The setting, its value and the rule; null where the message is not about a value.</summary>
    /// <param name="message">The binder's.</param>
    public static string? Words(string message)
    {
        var match = BinderPattern().Match(message);
        return match.Success && RuleOf(match.Groups["type"].Value) is { } rule ? $"{match.Groups["key"].Value} is '{match.Groups["value"].Value}'; it must be {rule}" : null;
    }

    private static string? RuleOf(string type) => type[(type.LastIndexOf('.') + 1)..] switch
    {
        nameof(Boolean) => "true or false",
        nameof(Int32) or nameof(Int64) => "a whole number",
        nameof(Double) => "a number",
        nameof(TimeSpan) => "a time, like 00:00:05 or 1.00:00:00 for a day",
        nameof(ModelControlMode) => string.Join(", ", Enum.GetNames<ModelControlMode>()).ToLowerInvariant(),
        _ => null,
    };

    [GeneratedRegex("^Failed to convert configuration value '(?<value>.*)' at '(?<key>[^']*)' to type '(?<type>[^']*)'", RegexOptions.Singleline)]
    private static partial Regex BinderPattern();
}
