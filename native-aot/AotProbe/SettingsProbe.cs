using System.Text.Json;
using System.Text.Json.Nodes;

namespace AotProbe;

/// <summary>
/// Binds every setting of the published binary to a value that is not its default: a native build that lost a binding keeps the default
/// silently. The settings come from the binary itself, so a new one is probed without being listed here.
/// </summary>
internal static class SettingsProbe
{
    public static async Task RunAsync(string binary)
    {
        var defaults = Leaves(JsonNode.Parse(await PublishedAppliance.OutputAsync(binary, ["settings"]))!);
        if (defaults.Count < 20) throw new InvalidOperationException($"only {defaults.Count} settings were printed");
        var wanted = defaults.ToDictionary(d => d.Key, d => Other(d.Key, d.Value));

        var variables = wanted.ToDictionary(w => "APPLIANCE_" + w.Key.Replace(":", "__"), w => w.Value);
        Compare(wanted, await PublishedAppliance.OutputAsync(binary, ["settings"], variables), "by variable");

        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"{{{string.Join(",", wanted.Select(w => $"\"{w.Key}\":{JsonSerializer.Serialize(w.Value, ProbeJsonContext.Default.String)}"))}}}");
        Compare(wanted, await PublishedAppliance.OutputAsync(binary, ["settings", "--config", file]), "by file");
        File.Delete(file);
    }

    private static void Compare(Dictionary<string, string> wanted, string printed, string how)
    {
        var got = Leaves(JsonNode.Parse(printed)!);
        foreach (var (key, value) in wanted) Expect.Equal(value, got.GetValueOrDefault(key)?.ToString() ?? "", $"{key} {how}");
    }

    private static string Other(string key, JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.True => "false",
        JsonValueKind.False => "true",
        JsonValueKind.Number => (value.GetValue<double>() + 1).ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ when key == "Models:ControlMode" => "Explicit",
        // A profile that is there; what it fills, the others of these settings win over.
        _ when key == "Hardware:Profile" => "cpu-16",
        _ when TimeSpan.TryParseExact(value.GetValue<string>(), "c", System.Globalization.CultureInfo.InvariantCulture, out var time) => (time + TimeSpan.FromSeconds(1)).ToString("c"),
        _ => "other",
    };

    /// <summary>Section:Key of every value, however deep. An empty list stands for its first element.</summary>
    private static Dictionary<string, JsonNode> Leaves(JsonNode document)
    {
        var leaves = new Dictionary<string, JsonNode>();
        foreach (var (section, values) in document.AsObject()) Add(leaves, section, values!.AsObject());
        return leaves;
    }

    private static void Add(Dictionary<string, JsonNode> leaves, string section, JsonObject values)
    {
        foreach (var (key, value) in values)
        {
            if (value is JsonObject nested) Add(leaves, $"{section}:{key}", nested);
            else if (value is JsonArray list) leaves[$"{section}:{key}:0"] = list.Count > 0 ? list[0]! : JsonValue.Create("");
            else leaves[$"{section}:{key}"] = value!;
        }
    }
}
