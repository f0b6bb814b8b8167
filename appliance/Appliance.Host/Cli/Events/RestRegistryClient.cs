using System.Net;
using System.Text.Json;
using Appliance.Host.Cli.Files;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;

namespace Appliance.Host.Cli.Events;

/// <summary>Asks over REST. Thread-safe.</summary>
internal sealed class RestRegistryClient(HttpClient http, Uri server) : IRegistryClient
{
    private readonly Uri _root = new(server, "api/feature-registry");

    public async Task<IReadOnlyList<string>> NamesAsync(DefinitionKind kind, CancellationToken cancellation)
    {
        var objects = (await AskAsync($"{_root}?kind={kind.Word()}", cancellation)).GetProperty("objects");
        return [.. objects.EnumerateArray().Select(o => o.GetProperty("name").GetString()!)];
    }

    public async Task<NamedDefinition> FindAsync(DefinitionKind kind, string name, CancellationToken cancellation)
    {
        var found = await AskAsync($"{_root}/{kind.Word()}/{Uri.EscapeDataString(name)}", cancellation);
        if (found.GetProperty("deleted").GetBoolean()) throw new InputException($"{kind.Word()} '{name}' has been deleted");
        var versions = found.GetProperty("versions");
        return CanonicalJson.Read(kind, versions[versions.GetArrayLength() - 1].GetProperty("definition").GetRawText());
    }

    private async Task<JsonElement> AskAsync(string address, CancellationToken cancellation)
    {
        try
        {
            using var reply = await http.GetAsync(new Uri(address), cancellation);
            using var document = JsonDocument.Parse(await reply.Content.ReadAsByteArrayAsync(cancellation));
            var envelope = document.RootElement;
            if (envelope.ValueKind == JsonValueKind.Object && reply.StatusCode == HttpStatusCode.OK && envelope.TryGetProperty("data", out var data)) return data.Clone();
            if (envelope.ValueKind == JsonValueKind.Object && envelope.TryGetProperty("message", out var message)) throw new InputException($"{server} answers: {message.GetString()}");
        }
        catch (HttpRequestException e)
        {
            throw new InputException($"{server} cannot be reached: {e.Message}");
        }
        catch (JsonException)
        {
            // Told below, as any other answer that is none of ours.
        }
        throw new InputException($"what answers at {server} is no appliance with features");
    }
}
