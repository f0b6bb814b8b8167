using System.Globalization;
using System.Text.RegularExpressions;

namespace Lake.Maintenance;

/// <summary>Checks the settings of tiers. Pure.</summary>
public static partial class TieringOptionsValidator
{
    private static readonly string[] Codecs = ["zstd", "snappy", "gzip", "lz4", "uncompressed"];

    /// <summary>All that is wrong, each with key, value and rule; empty for nothing.</summary>
    public static IReadOnlyList<string> Check(TieringOptions options)
    {
        var errors = new List<string>();
        if (options.Tiers.Count == 0) errors.Add("Tiering:Tiers is empty; there must be one tier at least");
        if (options.CommitBytes < 1) errors.Add($"Tiering:CommitBytes is {options.CommitBytes}; it must be 1 or more");
        if (options.RestoreOnRead < TimeSpan.Zero) errors.Add($"Tiering:RestoreOnRead is {options.RestoreOnRead}; it must be 0, for off, or how long files stay");
        for (var i = 0; i < options.Tiers.Count; i++) Check(options.Tiers, i, errors);
        return errors;
    }

    private static void Check(List<TierOptions> tiers, int index, List<string> errors)
    {
        var tier = tiers[index];
        var key = string.Create(CultureInfo.InvariantCulture, $"Tiering:Tiers:{index}:");
        if (!Name().IsMatch(tier.Name)) errors.Add($"{key}Name is '{tier.Name}'; it must be letters and digits");
        else if (tiers.FindIndex(t => t.Name == tier.Name) < index) errors.Add($"{key}Name is '{tier.Name}' as that of another tier; names must be unique");
        var isPlace = tier.Location.StartsWith('/') || tier.Location.Contains("://", StringComparison.Ordinal);
        if (tier.Location.Length == 0 ? index > 0 : !isPlace) errors.Add($"{key}Location is '{tier.Location}'; it must be an absolute path or a location with its scheme{(index == 0 ? ", or empty for the table's own folder" : "")}");
        else if (tiers.Exists(t => t != tier && t.Location.Length > 0 && (tier.Location.TrimEnd('/') + "/").StartsWith(t.Location.TrimEnd('/') + "/", StringComparison.Ordinal)))
        {
            errors.Add($"{key}Location is '{tier.Location}', which is or is below that of another tier; each must have its own");
        }
        if (index == 0 ? tier.MinAge != TimeSpan.Zero : tier.MinAge <= tiers[index - 1].MinAge) errors.Add($"{key}MinAge is {tier.MinAge}; it must be {(index == 0 ? "0 for the first tier" : "more than that of the tier before")}");
        if (!Codecs.Contains(tier.Codec)) errors.Add($"{key}Codec is '{tier.Codec}'; it must be {string.Join(", ", Codecs[..^1])} or {Codecs[^1]}");
        var most = tier.Codec == "gzip" ? 9 : 22;
        if (tier.Level < 1 || tier.Level > most) errors.Add($"{key}Level is {tier.Level}; it must be 1 to {most}");
        if (tier.PricePerGiBMonth < 0) errors.Add(string.Create(CultureInfo.InvariantCulture, $"{key}PricePerGiBMonth is {tier.PricePerGiBMonth}; it must be 0 or more"));
    }

    [GeneratedRegex("^[A-Za-z0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
