using System.Net;
using System.Text.Json;
using Appliance.Host.Cli.Files;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;

namespace Appliance.Host.Cli.Sending;

/// <summary>Asks a running appliance what is declared. Thread-safe.</summary>
internal sealed class RegistryClient(HttpClient http, Uri server)
{
    private readonly Uri _root = new(server, "api/feature-registry");

    /// <summary>The names of a kind's objects.</summary>
    /// <exception cref="InputException">The appliance cannot be asked.</exception>
    public async Task<IReadOnlyList<string>> NamesAsync(DefinitionKind kind, CancellationToken cancellation)
    {
        var objects = (await AskAsync($"{_root}?kind={kind.Word()}", cancellation)).GetProperty("objects");
        return [.. objects.EnumerateArray().Select(o => o.GetProperty("name").GetString()!)];
    }

    /// <summary>What is in force of an object's versions.</summary>
    /// <exception cref="InputException">There is none of that name, or the appliance cannot be asked.</exception>
    public async Task<T> DescribeAsync<T>(DefinitionKind kind, string name, CancellationToken cancellation) where T : NamedDefinition
    {
        var found = await AskAsync($"{_root}/{kind.Word()}/{Uri.EscapeDataString(name)}", cancellation);
        if (found.GetProperty("deleted").GetBoolean()) throw new InputException($"{kind.Word()} '{name}' has been deleted");
        var versions = found.GetProperty("versions");
        return (T)CanonicalJson.Read(kind, versions[versions.GetArrayLength() - 1].GetProperty("definition").GetRawText());
    }

    /// <summary>What is in force of all objects of a kind.</summary>
    public async Task<IReadOnlyList<T>> DescribeAllAsync<T>(DefinitionKind kind, CancellationToken cancellation) where T : NamedDefinition
    {
        var all = new List<T>();
        foreach (var name in await NamesAsync(kind, cancellation)) all.Add(await DescribeAsync<T>(kind, name, cancellation));
        return all;
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
