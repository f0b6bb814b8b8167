namespace Appliance.Host.Rest;

/// <summary>Settings of the REST transport.</summary>
public sealed class RestOptions
{
    public const string Section = "Rest";

    /// <summary>
    /// Bytes of one request's body at most; a larger one is refused with 413. 64 MiB: what clients of the Open Inference Protocol expect
    /// to be able to send.
    /// </summary>
    public int MaxRequestBytes { get; set; } = 64 * 1024 * 1024;

    internal BodyLimit BodyLimit => new(MaxRequestBytes, $"{Section}:{nameof(MaxRequestBytes)}");
}
