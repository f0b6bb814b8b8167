namespace Lake.Types;

/// <summary>A named, typed place in a struct, or the element, key or value of a list or map. Its id stays when its name, place or type changes. Immutable.</summary>
/// <param name="Id">Unique in the table, never given twice.</param>
/// <param name="Name">Unique in its struct.</param>
/// <param name="IsRequired">Never null.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Doc">What it means, or null.</param>
public sealed record NestedField(int Id, string Name, bool IsRequired, IcebergType Type, string? Doc = null)
{
    /// <summary>Value of rows that were written before the field was there, as version 3 tables carry it (single-value JSON text); null where there is none.</summary>
    public string? InitialDefault { get; init; }

    /// <summary>Value of rows whose writer gives none, as version 3 tables carry it; null where there is none.</summary>
    public string? WriteDefault { get; init; }

    public static NestedField Required(int id, string name, IcebergType type, string? doc = null) => new(id, name, true, type, doc);

    public static NestedField Optional(int id, string name, IcebergType type, string? doc = null) => new(id, name, false, type, doc);

    public override string ToString() => $"{Id}: {Name}: {(IsRequired ? "required" : "optional")} {Type}";
}
