using System.Runtime.InteropServices;
using System.Text.Json;
using Appliance.Features.Registry;
using FeatureModel.Definitions;

namespace Appliance.Host.Rest.Features;

/// <summary>A body of plan or apply: the definitions, and who wants them and why.</summary>
/// <param name="Read">What could be read of the definitions, and what is wrong with their text.</param>
internal sealed record RegistryCommand(ReadDefinitions Read, ApplyMode Mode, RegistryRequest Request)
{
    /// <summary>What errors call the definitions of a request.</summary>
    public const string BodyName = "definitions";

    private const string Members = "definitions, mode, author, reason, expectedRevision";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a body; null, or why it is none. Faults of the definitions themselves are in the command.</summary>
    public static RequestRefusal? Parse(ReadOnlyMemory<byte> body, out RegistryCommand? command)
    {
        command = null;
        try
        {
            using var document = JsonDocument.Parse(body, Lenient);
            return ReadMembers(document.RootElement, out command);
        }
        catch (JsonException e)
        {
            return new($"the body is not JSON that can be read here: {e.Message}", null);
        }
        catch (InvalidOperationException e)
        {
            return new($"the body holds text that is no Unicode: {e.Message}", null);
        }
    }

    /// <summary>The mode that a word means.</summary>
    public static bool TryMode(string? word, out ApplyMode mode)
    {
        mode = word == "replace" ? ApplyMode.Replace : ApplyMode.Merge;
        return word is "merge" or "replace";
    }

    private static RequestRefusal? ReadMembers(JsonElement body, out RegistryCommand? command)
    {
        command = null;
        if (body.ValueKind != JsonValueKind.Object) return new($"the body is {PushRequest.Words(body)}; it must be an object with {Members}", null);
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name is "definitions" or "mode" or "author" or "reason" or "expectedRevision") continue;
            return new($"{member.Name} is not a member of a request; the members are {Members}", member.Name);
        }
        if (!body.TryGetProperty("definitions", out var definitions)) return new("definitions is missing; it must be an object of definitions", "definitions");
        var mode = ApplyMode.Merge;
        if (Present(body, "mode", out var word) && (word.ValueKind != JsonValueKind.String || !TryMode(word.GetString(), out mode)))
        {
            return new($"mode is {PushRequest.Words(word)}; it must be merge or replace", "mode");
        }
        if (Text(body, "author", out var author) is { } wrongAuthor) return wrongAuthor;
        if (Text(body, "reason", out var reason) is { } wrongReason) return wrongReason;
        long? expected = null;
        if (Present(body, "expectedRevision", out var revision))
        {
            if (revision.ValueKind != JsonValueKind.Number || !revision.TryGetInt64(out var number) || number < 0)
            {
                return new($"expectedRevision is {PushRequest.Words(revision)}; it must be a whole number from 0", "expectedRevision");
            }
            expected = number;
        }
        var read = DefinitionFiles.ReadBody(JsonMarshal.GetRawUtf8Value(definitions).ToArray(), BodyName);
        command = new RegistryCommand(read, mode, new RegistryRequest(author, reason) { ExpectedRevision = expected });
        return null;
    }

    private static RequestRefusal? Text(JsonElement body, string name, out string text)
    {
        text = "";
        if (!Present(body, name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.String) return new($"{name} is {PushRequest.Words(value)}; it must be text", name);
        text = value.GetString()!;
        return null;
    }

    private static bool Present(JsonElement body, string name, out JsonElement value) =>
        body.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}
