namespace Appliance.Host.Rest.Business;

/// <summary>Settings of the calls that score by feature name.</summary>
public sealed class BusinessOptions
{
    public const string Section = "Business";

    /// <summary>Bytes in a request body at most. 1 MiB: 1,000 rows of 50 features of 20 characters each.</summary>
    public int MaxBodyBytes { get; set; } = 1024 * 1024;

    internal BodyLimit BodyLimit => new(MaxBodyBytes, $"{Section}:{nameof(MaxBodyBytes)}");

    /// <summary>Nesting of a JSON body at most. 16: a valid request needs 3, and a deeper one is told so in our words.</summary>
    public int MaxJsonDepth { get; set; } = 16;
}
