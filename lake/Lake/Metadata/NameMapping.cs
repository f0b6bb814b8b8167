using System.Text.Json;

namespace Lake.Metadata;

/// <summary>
/// Field ids for columns of data files that have none, by the names of the columns: what a table's <c>schema.name-mapping.default</c> says for files that were there before the table. Immutable,
/// thread-safe; the property is read when the first such column is met, as most tables with it have none.
/// </summary>
internal sealed class NameMapping
{
    private const string Property = "schema.name-mapping.default";

    private static readonly NameMapping Empty = new(new Lazy<IReadOnlyDictionary<string, (int?, NameMapping)>>(new Dictionary<string, (int?, NameMapping)>()));

    private readonly Lazy<IReadOnlyDictionary<string, (int? Id, NameMapping Fields)>> _byName;

    private NameMapping(Lazy<IReadOnlyDictionary<string, (int?, NameMapping)>> byName) => _byName = byName;

    /// <summary>The table's; null where it has none.</summary>
    public static NameMapping? Of(TableMetadata metadata) => metadata.Properties.GetValueOrDefault(Property) is { } text ? new NameMapping(new Lazy<IReadOnlyDictionary<string, (int?, NameMapping)>>(() => Parse(text))) : null;

    /// <summary>What is said of a name: the id, where there is one, and the mapping of what stands in the field.</summary>
    /// <exception cref="LakeFormatException">The property is no name mapping.</exception>
    public (int? Id, NameMapping Fields) Find(string name) => _byName.Value.TryGetValue(name, out var found) ? found : (null, Empty);

    private static Dictionary<string, (int?, NameMapping)> Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(new JsonNode(document.RootElement, Property));
        }
        catch (JsonException e)
        {
            throw new LakeFormatException($"property {Property} is no JSON: {e.Message}", e);
        }
    }

    private static Dictionary<string, (int?, NameMapping)> Read(JsonNode list)
    {
        var byName = new Dictionary<string, (int?, NameMapping)>(StringComparer.Ordinal);
        foreach (var item in list.Items())
        {
            var fields = Empty;
            if (item.Optional("fields") is { } below)
            {
                var read = Read(below);
                fields = new NameMapping(new Lazy<IReadOnlyDictionary<string, (int?, NameMapping)>>(read));
            }
            foreach (var name in item.Required("names").Items())
            {
                if (!byName.TryAdd(name.Text(), (item.Optional("field-id")?.Int(), fields))) throw name.Wrong("a name that stands once beside its like, as it would have two ids");
            }
        }
        return byName;
    }
}
