using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TestKit;

/// <summary>An API description: finds what a call is documented to answer, and checks answers against it. Immutable.</summary>
public sealed class OpenApiDocument
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    private readonly JsonSchema _schemas;

    public OpenApiDocument(JsonElement root)
    {
        Root = root;
        _schemas = new JsonSchema(root);
    }

    public JsonElement Root { get; }

    /// <summary>The path templates with what stands at them; references are followed.</summary>
    public IEnumerable<(string Path, JsonElement Item)> Paths => Root.GetProperty("paths").EnumerateObject().Select(p => (p.Name, Followed(p.Value)));

    /// <summary>Every documented call; methods in lower case.</summary>
    public IEnumerable<(string Path, string Method, JsonElement Operation)> Operations =>
        from path in Paths
        from member in path.Item.EnumerateObject()
        where Methods.Contains(member.Name)
        select (path.Path, member.Name, member.Value);

    /// <summary>The statuses that a documented call may answer; "default" stands for any other.</summary>
    public static IEnumerable<string> Statuses(JsonElement operation) => operation.GetProperty("responses").EnumerateObject().Select(r => r.Name);

    /// <summary>The value at a local reference ("#/components/schemas/X").</summary>
    public JsonElement Resolve(string reference) => _schemas.Resolve(reference);

    public IReadOnlyList<string> Validate(JsonElement schema, JsonElement value) => _schemas.Validate(schema, value);

    /// <summary>What is wrong with an answer, against what its call is documented to answer. Calls that are not documented answer errors alone.</summary>
    public IReadOnlyList<string> Check(string method, string path, int status, string contentType, JsonElement body)
    {
        if (!TryFindOperation(method, path, out var operation))
        {
            return status < 400 ? [$"{method} {path} is not documented and answers {status}"] : _schemas.Validate(ErrorOf(path), body);
        }
        var responses = operation.GetProperty("responses");
        if (!responses.TryGetProperty(status.ToString(CultureInfo.InvariantCulture), out var response) && !responses.TryGetProperty("default", out response))
        {
            return [$"{method} {path} is not documented to answer {status}: {body}"];
        }
        return Followed(response).GetProperty("content").TryGetProperty(contentType, out var content)
            ? _schemas.Validate(content.GetProperty("schema"), body)
            : [$"{method} {path} is not documented to answer {contentType}"];
    }

    // The calls below /api have an error body of their own, and so have Feast's.
    private JsonElement ErrorOf(string path)
    {
        var isFound = TryFindOperation("post", path, out var operation) || TryFindOperation("get", path, out operation);
        var isFeast = isFound && operation.TryGetProperty("tags", out var tags) && tags[0].GetString() == "feast";
        return _schemas.Resolve($"#/components/schemas/{(isFeast ? "FeastError" : path.StartsWith("/api/", StringComparison.Ordinal) ? "ApiError" : "Error")}");
    }

    private bool TryFindOperation(string method, string path, out JsonElement operation)
    {
        operation = default;
        foreach (var (template, item) in Paths.OrderBy(p => p.Path.Count(c => c == '{')))
        {
            if (!Regex.IsMatch(path, $"^{Regex.Replace(template, @"\{\w+\}", "[^/]+")}/?$")) continue;
            return item.TryGetProperty(method.ToLowerInvariant(), out operation);
        }
        return false;
    }

    private JsonElement Followed(JsonElement element) =>
        element.TryGetProperty("$ref", out var reference) ? _schemas.Resolve(reference.GetString()!) : element;
}
