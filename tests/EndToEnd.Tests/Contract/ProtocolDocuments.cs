using System.Text.Json;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Vectors;
using YamlDotNet.Serialization;

namespace EndToEnd.Tests.Contract;

/// <summary>The Open Inference Protocol's own documents, read where they stand beside the checkout.</summary>
internal static class ProtocolDocuments
{
    /// <summary>A document's text by the end of its name; skips the test where the documents are absent.</summary>
    public static byte[] Read(string name) =>
        XzArchive.Read(TestData.FileOrSkip("tck/open-inference-protocol.tar.xz")).Single(f => f.Name.EndsWith("/" + name, StringComparison.Ordinal)).Content;

    /// <summary>The REST description. Every scalar is a string in it, which is all that a schema's keywords need.</summary>
    public static JsonElement Rest()
    {
        var yaml = new DeserializerBuilder().Build().Deserialize(new StringReader(System.Text.Encoding.UTF8.GetString(Read("open_inference_rest.yaml"))));
        return JsonDocument.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(yaml)).RootElement;
    }
}
