using System.Text.Json;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Rest.V2;

/// <summary>Reads the bodies of index, load and unload. Each may be empty. Anything but Ok comes with what to tell the caller.</summary>
internal static class RepositoryRequest
{
    private const string FilePrefix = "file:";

    /// <summary>Reads the value of one member, whose name the reader stands on; gives what is wrong with it, or nothing.</summary>
    private delegate string? MemberReader<in T>(ref Utf8JsonReader reader, string name, T target);

    public static ScoreStatus ReadIndex(Memory<byte> body, out bool readyOnly, out string error)
    {
        var flag = new Flag("ready");
        var status = Read(body, insideParameters: false, flag, ReadFlag, out error);
        readyOnly = flag.Value;
        return status;
    }

    public static ScoreStatus ReadUnload(Memory<byte> body, out bool unloadDependents, out string error)
    {
        var flag = new Flag("unload_dependents");
        var status = Read(body, insideParameters: true, flag, ReadFlag, out error);
        unloadDependents = flag.Value;
        return status;
    }

    public static ScoreStatus ReadLoad(Memory<byte> body, out LoadParameters parameters, out string error)
    {
        var draft = new LoadDraft();
        var status = Read(body, insideParameters: true, draft, ReadLoadParameter, out error);
        parameters = new LoadParameters(draft.Config, draft.Files);
        return status;
    }

    private static ScoreStatus Read<T>(Memory<byte> body, bool insideParameters, T target, MemberReader<T> member, out string error)
    {
        error = "";
        if (body.IsEmpty) return ScoreStatus.Ok;
        try
        {
            var reader = new Utf8JsonReader(body.Span);
            error = ReadBody(ref reader, insideParameters, target, member) ?? "";
            return error.Length == 0 ? ScoreStatus.Ok : ScoreStatus.InvalidArgument;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second kind is a string that is no text: bytes that are not UTF-8, or half a surrogate pair.
            error = $"failed to parse the request JSON: {e.Message}";
            return ScoreStatus.InvalidArgument;
        }
    }

    private static string? ReadBody<T>(ref Utf8JsonReader reader, bool insideParameters, T target, MemberReader<T> member)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return "the request is not a JSON object";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var wrong = insideParameters ? ReadParameters(ref reader, name, target, member) : member(ref reader, name, target);
            if (wrong is not null) return wrong;
        }
        // Anything behind the closing brace but white space throws.
        reader.Read();
        return null;
    }

    private static string? ReadParameters<T>(ref Utf8JsonReader reader, string name, T target, MemberReader<T> member)
    {
        if (name != "parameters")
        {
            reader.Skip();
            return null;
        }
        if (reader.TokenType != JsonTokenType.StartObject) return "'parameters' is not an object";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var parameter = reader.GetString()!;
            reader.Read();
            if (member(ref reader, parameter, target) is { } wrong) return wrong;
        }
        return null;
    }

    private static string? ReadFlag(ref Utf8JsonReader reader, string name, Flag flag)
    {
        if (name != flag.Name)
        {
            reader.Skip();
            return null;
        }
        if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) return $"'{name}' must be true or false";
        flag.Value = reader.TokenType == JsonTokenType.True;
        return null;
    }

    private static string? ReadLoadParameter(ref Utf8JsonReader reader, string name, LoadDraft draft)
    {
        var isFile = name.StartsWith(FilePrefix, StringComparison.Ordinal);
        if (name != "config" && !isFile) return $"load parameter '{name}' is not one of: config (string), file:<version>/<name> (base64 string)";
        if (reader.TokenType != JsonTokenType.String) return $"load parameter '{name}' must be a string";
        if (!isFile)
        {
            draft.Config = reader.GetString();
            return null;
        }
        if (!reader.TryGetBytesFromBase64(out var content)) return $"load parameter '{name}' is not valid base64";
        return draft.Files.TryAdd(name[FilePrefix.Length..], content) ? null : $"load parameter '{name}' is given twice";
    }

    private sealed class Flag(string name)
    {
        public string Name { get; } = name;
        public bool Value { get; set; }
    }

    private sealed class LoadDraft
    {
        public string? Config { get; set; }
        public Dictionary<string, ReadOnlyMemory<byte>> Files { get; } = [];
    }
}
