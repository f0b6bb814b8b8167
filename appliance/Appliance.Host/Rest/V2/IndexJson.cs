using System.Globalization;
using System.Text.Json;
using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Rest.V2;

/// <summary>One version as an element of the repository index.</summary>
internal static class IndexJson
{
    public static void Write(Utf8JsonWriter json, ModelVersionStatus version)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, version.Model);
        // A version that nobody has asked for yet has no state: the model is listed by its name alone.
        if (version.State != ModelState.Discovered)
        {
            json.WriteString("version"u8, version.Version.ToString(CultureInfo.InvariantCulture));
            json.WriteString("state"u8, StateOf(version.State));
            json.WriteString("reason"u8, version.Reason);
        }
        json.WriteEndObject();
    }

    private static string StateOf(ModelState state) => state switch
    {
        ModelState.Loading or ModelState.Warming => "LOADING",
        ModelState.Ready => "READY",
        ModelState.Draining => "UNLOADING",
        ModelState.Unloaded or ModelState.Failed => "UNAVAILABLE",
        _ => "UNKNOWN",
    };
}
