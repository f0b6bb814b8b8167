using System.Text.Encodings.Web;
using System.Text.Json;

namespace Appliance.Scoring.Features;

/// <summary>How text is escaped in JSON answers: only what JSON itself demands, so that names in any script stay readable.</summary>
public static class JsonNames
{
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static JsonEncodedText Encode(string text) => JsonEncodedText.Encode(text, Encoder);
}
