using System.Text.Json;
using Appliance.Host.Cli;
using FeatureModel;

namespace Appliance.Host;

/// <summary>Finds keys of a file or of variables that no setting has: one that is silently passed over would change what its author meant. Pure.</summary>
internal static class UnknownSettings
{
    // Keys that settings are bound from, but never printed.
    private static readonly string[] Secrets = ["Features:Kafka:SaslPassword"];

    /// <summary>Null, or every key that is none, with what it may have meant.</summary>
    /// <param name="file">The file's name, for the message.</param>
    /// <param name="settings">What it holds.</param>
    public static string? Check(string file, IConfiguration settings) => Check(file, settings.GetChildren());

    /// <summary>
    /// The same of variables, without their prefix. One without a section is nobody's mistake: orchestrators set APPLIANCE_SERVICE_HOST and its like for a service of that name.
    /// </summary>
    public static string? CheckVariables(string prefix, IConfiguration variables) => Check(
        $"variables {prefix}*", variables.GetChildren().Where(s => s.GetChildren().Any() && !s.Key.Equals(ClientOptions.Section, StringComparison.OrdinalIgnoreCase)));

    private static string? Check(string origin, IEnumerable<IConfigurationSection> sections)
    {
        using var known = JsonDocument.Parse(new ServerSettings().ToJson());
        List<string> unknown = [.. Unknown(sections, known.RootElement)];
        return unknown.Count == 0 ? null : $"{origin}: {string.Join("; ", unknown)}";
    }

    private static IEnumerable<string> Unknown(IEnumerable<IConfigurationSection> sections, JsonElement known)
    {
        // A list, a map or a single value: what stands in it is no name of a setting.
        if (known.ValueKind != JsonValueKind.Object || !known.EnumerateObject().Any()) yield break;
        foreach (var section in sections)
        {
            if (Secrets.Contains(section.Path, StringComparer.OrdinalIgnoreCase)) continue;
            var found = known.EnumerateObject().FirstOrDefault(k => k.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase));
            if (found.Value.ValueKind == JsonValueKind.Undefined)
            {
                yield return $"{section.Path} is not a setting{NearNames.Hint(section.Key, [.. known.EnumerateObject().Select(k => k.Name)])}";
                continue;
            }
            foreach (var deeper in Unknown(section.GetChildren(), found.Value)) yield return deeper;
        }
    }
}
