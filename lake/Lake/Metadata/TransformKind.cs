namespace Lake.Metadata;

/// <summary>What a partition or sort field makes of its source's value.</summary>
public enum TransformKind
{
    Identity,
    Bucket,
    Truncate,
    Year,
    Month,
    Day,
    Hour,
    Void,

    /// <summary>A later format's; read over, never written.</summary>
    Unknown,
}
