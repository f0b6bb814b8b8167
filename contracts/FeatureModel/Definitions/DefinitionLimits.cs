namespace FeatureModel.Definitions;

/// <summary>
/// How much of each thing definitions may hold. None is a limit of the store: they keep a registry readable by people and its files small, and are
/// ten times or more above what the systems of this field document as large.
/// </summary>
public static class DefinitionLimits
{
    public const int Name = 64;

    /// <summary>A composite key of more columns is a key of one text column.</summary>
    public const int JoinKeys = 8;

    public const int FieldsPerSource = 1_000;
    public const int FeaturesPerView = 4_000;
    public const int FeaturesPerService = 10_000;
    public const int Tags = 50;
    public const int TagKey = 64;
    public const int TagValue = 256;
    public const int Owner = 128;
    public const int Description = 4_000;
    public const int PathLength = 1_024;

    /// <summary>Characters of an expression or filter.</summary>
    public const int Expression = 10_000;

    public const int LookupEntries = 100_000;

    /// <summary>Elements of an embedding; the widest that public models give have some 16,000.</summary>
    public const int Dimension = 65_536;
}
