using System.Text.Json;
using Lake.Manifests;
using Lake.Metadata;

namespace Lake.Query;

/// <summary>A column of a Parquet file, or a part of one, as the engine sees it. Immutable.</summary>
/// <param name="Name">As the file has it.</param>
/// <param name="Id">Its field id; null where the file gives none.</param>
/// <param name="Type">The engine's type of a column without parts; null for others.</param>
/// <param name="Kind">What its parts make: <c>STRUCT</c>, <c>LIST</c>, <c>MAP</c>; null for a column without parts.</param>
/// <param name="Parts">Fields of a struct, the element of a list, key and value of a map.</param>
internal sealed record WrittenField(string Name, int? Id, string? Type, string? Kind, IReadOnlyList<WrittenField> Parts)
{
    /// <summary>Whether its id is one that a name mapping gives it, as the file gives none.</summary>
    public bool IsMapped { get; init; }

    /// <summary>Whether it may have NaN, which the engine takes the file's own bounds to speak of and leaves out.</summary>
    public bool MayBeNaN { get; init; }

    /// <summary>Fields beside each other with what a data file's counts of NaN say of them, those in structs too. Of a column without a count any value may be NaN.</summary>
    public static IReadOnlyList<WrittenField> Counted(IReadOnlyList<WrittenField> fields, DataFile file) =>
    [
        .. fields.Select(f => f switch
        {
            { Kind: "STRUCT" } => f with { Parts = Counted(f.Parts, file) },
            { Type: "FLOAT" or "DOUBLE", Id: { } id } => f with { MayBeNaN = !file.NanValueCounts.TryGet(id, out var count) || count > 0 },
            _ => f,
        }),
    ];

    /// <summary>Ids of the fields that may have NaN.</summary>
    public static IEnumerable<int> NaNs(IEnumerable<WrittenField> fields) => fields.SelectMany(f => f.MayBeNaN ? [f.Id!.Value] : NaNs(f.Parts));

    /// <summary>Fields beside each other, those without an id with the one of their name. The rules are those of <see cref="Columns.ArrowMappedIds"/>.</summary>
    /// <exception cref="LakeFormatException">The mapping is none.</exception>
    public static IReadOnlyList<WrittenField> Mapped(IReadOnlyList<WrittenField> fields, NameMapping mapping)
    {
        var given = fields.Select(f => f.Id).OfType<int>().ToHashSet();
        return
        [
            .. fields.Select(field =>
            {
                if (field.Id is not null) return field;
                var (id, below) = mapping.Find(field.Name);
                return field.WithParts(below) with { Id = id is { } one && given.Add(one) ? one : null, IsMapped = true };
            }),
        ];
    }

    /// <summary>The columns of a file, from the lines of <see cref="ShapeSql"/>: each element of its schema with the number of its children, in the order of the file.</summary>
    public static IReadOnlyList<WrittenField> Columns(string shape)
    {
        using var document = JsonDocument.Parse(shape);
        var elements = document.RootElement.EnumerateArray().ToList();
        var at = 0;
        return Read(elements, ref at).Children;
    }

    /// <summary>A query that gives, for some files, <c>(path, shape)</c>.</summary>
    public static string ShapeSql(IEnumerable<string> paths) =>
        $"SELECT file_name, CAST(to_json(list({{n: name, t: duckdb_type, c: num_children, i: field_id, v: converted_type, r: repetition_type}} ORDER BY column_id)) AS VARCHAR) FROM parquet_schema({DuckText.List(paths)}) GROUP BY file_name";

    private WrittenField WithParts(NameMapping mapping) => Kind switch
    {
        "STRUCT" => this with { Parts = Mapped(Parts, mapping) },
        "LIST" => this with { Parts = [Part(Parts[0], "element", mapping)] },
        "MAP" => this with { Parts = [Part(Parts[0], "key", mapping), Part(Parts[1], "value", mapping)] },
        _ => this,
    };

    private static WrittenField Part(WrittenField part, string name, NameMapping mapping)
    {
        var (id, below) = mapping.Find(name);
        return part.WithParts(below) with { Id = part.Id ?? id };
    }

    private static Element Read(List<JsonElement> elements, ref int at)
    {
        var line = elements[at++];
        var count = line.GetProperty("c").ValueKind == JsonValueKind.Null ? 0 : line.GetProperty("c").GetInt32();
        var children = new List<WrittenField>(count);
        var below = new List<Element>(count);
        for (var i = 0; i < count; i++) below.Add(Read(elements, ref at));
        children.AddRange(below.Select(b => b.Field));
        var name = line.GetProperty("n").GetString()!;
        int? id = line.GetProperty("i").ValueKind == JsonValueKind.Null ? null : line.GetProperty("i").GetInt32();
        var isRepeated = line.GetProperty("r").GetString() == "REPEATED";
        var field = line.GetProperty("v").GetString() switch
        {
            "LIST" when below is [var list] => new WrittenField(name, id, null, "LIST", [ElementOf(name, list)]),
            "MAP" or "MAP_KEY_VALUE" when below is [{ Children: [var key, var value] }] => new WrittenField(name, id, null, "MAP", [key, value]),
            _ when count > 0 => new WrittenField(name, id, null, "STRUCT", children),
            _ => new WrittenField(name, id, line.GetProperty("t").GetString(), null, []),
        };
        return new Element(field, children, isRepeated);
    }

    // Three levels as the format has them now, or two as old writers made them: then the repeated part is the element itself.
    private static WrittenField ElementOf(string list, Element repeated) =>
        repeated.IsRepeated && repeated.Children is [var element] && repeated.Field.Name != "array" && repeated.Field.Name != $"{list}_tuple" ? element : repeated.Field;

    private sealed record Element(WrittenField Field, IReadOnlyList<WrittenField> Children, bool IsRepeated);
}
