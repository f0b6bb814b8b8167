using System.Text.Json;
using System.Text.RegularExpressions;
using TestKit;

namespace Appliance.Host.Tests.Rest;

/// <summary>The API description as it is served: finds what a call is documented to answer, and checks answers against it.</summary>
internal sealed class OpenApiDocument
{
    private readonly JsonSchema _schemas;

    private OpenApiDocument(JsonElement root)
    {
        Root = root;
        _schemas = new JsonSchema(root);
    }

    public static OpenApiDocument Served { get; } = new(Read());

    public JsonElement Root { get; }

    public IEnumerable<(string Path, string Method)> Operations =>
        from path in Root.GetProperty("paths").EnumerateObject()
        from member in path.Value.EnumerateObject()
        where member.Name is "get" or "post"
        select (path.Name, member.Name);

    /// <summary>What is wrong with an answer, against what its call is documented to answer. Calls that are not documented answer errors alone.</summary>
    public IReadOnlyList<string> Check(string method, string path, int status, string contentType, JsonElement body)
    {
        if (!TryFindOperation(method, path, out var operation))
        {
            return status < 400 ? [$"{method} {path} is not documented and answers {status}"] : _schemas.Validate(_schemas.Resolve("#/components/schemas/Error"), body);
        }
        var responses = operation.GetProperty("responses");
        if (!responses.TryGetProperty(status.ToString(), out var response) && !responses.TryGetProperty("default", out response))
        {
            return [$"{method} {path} is not documented to answer {status}: {body}"];
        }
        if (response.TryGetProperty("$ref", out var reference)) response = _schemas.Resolve(reference.GetString()!);
        return response.GetProperty("content").TryGetProperty(contentType, out var content)
            ? _schemas.Validate(content.GetProperty("schema"), body)
            : [$"{method} {path} is not documented to answer {contentType}"];
    }

    private bool TryFindOperation(string method, string path, out JsonElement operation)
    {
        operation = default;
        foreach (var template in Root.GetProperty("paths").EnumerateObject().OrderBy(p => p.Name.Count(c => c == '{')))
        {
            if (!Regex.IsMatch(path, $"^{Regex.Replace(template.Name, @"\{\w+\}", "[^/]+")}/?$")) continue;
            return template.Value.TryGetProperty(method.ToLowerInvariant(), out operation);
        }
        return false;
    }

    private static JsonElement Read()
    {
        using var stream = typeof(Host.Rest.OpenApiEndpoint).Assembly.GetManifestResourceStream("openapi.json")!;
        return JsonDocument.Parse(stream).RootElement.Clone();
    }
}
