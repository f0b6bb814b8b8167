using System.Text.Json.Serialization;

namespace Appliance.Host.Security.Keys;

/// <summary>One principal in the keys file. Exactly one of <see cref="KeySha256"/> and <see cref="Certificate"/> is set.</summary>
internal sealed class KeyEntry
{
    /// <summary>More than one core can answer.</summary>
    public const int MostRequestsPerSecond = 10_000_000;

    public string Name { get; set; } = "";

    public string[] Roles { get; set; } = [];

    /// <summary>The models that its calls must be about; null for any call.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Models { get; set; }

    /// <summary>Null for the appliance's own setting, 0 for no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RequestsPerSecond { get; set; }

    /// <summary>SHA-256 of the key, 64 hexadecimal digits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? KeySha256 { get; set; }

    /// <summary>A name of a client's certificate, as <see cref="Tls.CertificateNames"/> writes it, or * for any certificate of the authorities.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Certificate { get; set; }

    public DateTimeOffset Created { get; set; }
}
