using System.Text.Json;
using Appliance.Host.Rest;
using TestKit;

namespace Appliance.Host.Tests.Rest;

/// <summary>The API description that the host carries.</summary>
internal static class ServedDescription
{
    public static OpenApiDocument Document { get; } = new(Read());

    private static JsonElement Read()
    {
        using var stream = typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream("openapi.json")!;
        return JsonDocument.Parse(stream).RootElement.Clone();
    }
}
