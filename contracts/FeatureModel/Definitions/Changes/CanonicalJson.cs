using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FeatureModel.Definitions.Changes;

/// <summary>
/// The one text of a definition: names sorted, what is empty left out, lengths of time and expressions in their normal form. Two definitions
/// that mean the same have the same text. Pure.
/// </summary>
public static class CanonicalJson
{
    // Read by people and written into files of our own, never into a page: quotes and letters beyond ASCII stay as they are.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(NamedDefinition definition, DefinitionRules rules)
    {
        var json = definition switch
        {
            EntityDefinition entity => JsonSerializer.SerializeToElement(entity, DefinitionsJsonContext.Default.EntityDefinition),
            SourceDefinition source => JsonSerializer.SerializeToElement(source, DefinitionsJsonContext.Default.SourceDefinition),
            FeatureViewDefinition view => JsonSerializer.SerializeToElement(view, DefinitionsJsonContext.Default.FeatureViewDefinition),
            FeatureServiceDefinition service => JsonSerializer.SerializeToElement(service, DefinitionsJsonContext.Default.FeatureServiceDefinition),
            _ => throw new ArgumentException($"{definition.GetType()} is no object of a definitions file.", nameof(definition)),
        };
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Readable)) new CanonicalWriter(writer, rules).Write(json);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>The definition that a canonical text describes.</summary>
    /// <exception cref="JsonException">The text is none of that kind.</exception>
    public static NamedDefinition Read(DefinitionKind kind, string text) => kind switch
    {
        DefinitionKind.Entity => Some(JsonSerializer.Deserialize(text, DefinitionsJsonContext.Default.EntityDefinition)),
        DefinitionKind.Source => Some(JsonSerializer.Deserialize(text, DefinitionsJsonContext.Default.SourceDefinition)),
        DefinitionKind.FeatureView => Some(JsonSerializer.Deserialize(text, DefinitionsJsonContext.Default.FeatureViewDefinition)),
        _ => Some(JsonSerializer.Deserialize(text, DefinitionsJsonContext.Default.FeatureServiceDefinition)),
    };

    /// <summary>SHA-256 of a canonical text, lower-case hexadecimal.</summary>
    public static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static NamedDefinition Some(NamedDefinition? definition) => definition ?? throw new JsonException("null is no definition");
}
