namespace Appliance.Host.Codings;

/// <summary>How the bytes of a message are packed on their way.</summary>
internal enum ContentCoding : byte
{
    /// <summary>Not at all.</summary>
    Identity,

    /// <summary>RFC 1952.</summary>
    Gzip,

    /// <summary>RFC 1950; of requests also RFC 1951 without the frame around it, which some clients send under the same name.</summary>
    Deflate,
}
