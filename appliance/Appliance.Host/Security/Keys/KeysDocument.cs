using System.Text.Json;
using System.Text.Json.Serialization;

namespace Appliance.Host.Security.Keys;

/// <summary>The keys file: who there is. Holds no key, only what tells one from another.</summary>
internal sealed class KeysDocument
{
    /// <summary>Bytes that a keys file may have: 100,000 principals.</summary>
    private const int MaxBytes = 32 * 1024 * 1024;

    private const int HashDigits = 64;
    private const int MaxNameLength = 128;

    public List<KeyEntry> Principals { get; set; } = [];

    /// <exception cref="InvalidDataException">It is no keys file: the message names the entry, the member and the rule.</exception>
    public static KeysDocument Parse(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxBytes) throw new InvalidDataException($"it has {json.Length} bytes; it must have {MaxBytes} at most");
        KeysDocument document;
        try
        {
            document = JsonSerializer.Deserialize(json, KeysJsonContext.Default.KeysDocument) ?? throw new InvalidDataException("it is null; it must be an object");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"it is not what 'appliance keys' writes: {e.Message}", e);
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in document.Principals)
        {
            if (Check(entry) is { } error) throw new InvalidDataException(error);
            if (!names.Add(entry.Name)) throw new InvalidDataException($"principal '{entry.Name}' is there twice; names must differ");
        }
        return document;
    }

    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, KeysJsonContext.Default.KeysDocument), (byte)'\n'];

    /// <summary>Null, or what is wrong with an entry.</summary>
    public static string? Check(KeyEntry? entry)
    {
        if (entry is null) return "a principal is null; it must be an object";
        if (entry.Name.Length is 0 or > MaxNameLength || entry.Name.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return $"name is '{entry.Name}'; it must be 1 to {MaxNameLength} printable ASCII characters without blanks";
        }
        if (entry.Roles is not { Length: > 0 }) return $"principal '{entry.Name}' has no role; it must have one of {Role.Names}";
        foreach (var role in entry.Roles)
        {
            if (!Role.TryParse(role, out _)) return $"principal '{entry.Name}' has role '{role}'; it must be one of {Role.Names}";
        }
        if (entry.Models is { Length: 0 } || entry.Models?.Any(string.IsNullOrEmpty) == true) return $"principal '{entry.Name}' has an empty list of models, or one without a name; leave it out for any model";
        if (entry.RequestsPerSecond is < 0 or > KeyEntry.MostRequestsPerSecond)
        {
            return $"principal '{entry.Name}' has {entry.RequestsPerSecond} requests a second; it must be 0 to {KeyEntry.MostRequestsPerSecond}";
        }
        if (entry.KeySha256 is null == entry.Certificate is null) return $"principal '{entry.Name}' must have either keySha256 or certificate";
        if (entry.KeySha256 is { } hash && (hash.Length != HashDigits || !hash.All(char.IsAsciiHexDigit))) return $"principal '{entry.Name}' has a keySha256 that is not {HashDigits} hexadecimal digits";
        return entry.Certificate is "" ? $"principal '{entry.Name}' has an empty certificate; it must be a name of one, or *" : null;
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(KeysDocument))]
internal sealed partial class KeysJsonContext : JsonSerializerContext;
