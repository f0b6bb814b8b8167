namespace LakeService.Configuration;

/// <summary>Which lake the program works on.</summary>
public sealed class LakeOptions
{
    public const string Section = "Lake";

    /// <summary>Folder or <c>s3://bucket/prefix</c> that the tables are below.</summary>
    public string? Warehouse { get; set; }

    /// <summary>SQLite file of a SQL catalog; null for the tables that stand in the warehouse's folders.</summary>
    public string? Catalog { get; set; }

    /// <summary>The catalog's name in that file.</summary>
    public string CatalogName { get; set; } = "lake";
}
