using System.Text.Json.Serialization;

namespace Appliance.Host.Security.Audit;

/// <summary>
/// One line of the audit log. A call that is made has two: before it began, without an outcome, and after it ended, with the number of the
/// first; one that is refused has one, with its reason. It holds no data of requests.
/// </summary>
internal sealed class AuditRecord
{
    /// <summary>Counts from 1, over all files.</summary>
    public long Number { get; set; }

    public DateTimeOffset Time { get; set; }

    /// <summary>SHA-256 of the line before, 64 hexadecimal digits; zeros in the first.</summary>
    public string Previous { get; set; } = "";

    /// <summary>Name of the principal; "local" for a caller on this machine where nobody is asked.</summary>
    public string Who { get; set; } = "";

    /// <summary>Roles that the principal had.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Roles { get; set; }

    /// <summary>Address of the caller.</summary>
    public string From { get; set; } = "";

    /// <summary>Method and path, or gRPC service and method.</summary>
    public string Call { get; set; } = "";

    /// <summary>What the call is about where its path does not say it: a model, a reader, a definition.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Subject { get; set; }

    /// <summary>"begun", "ended" or "refused".</summary>
    public string Event { get; set; } = "";

    /// <summary>Of one that ended: the number of the line that it began with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Of { get; set; }

    /// <summary>Of one that ended: the status it was answered with; of one that was refused: why.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AuditRecord))]
internal sealed partial class AuditJsonContext : JsonSerializerContext;
