using Appliance.Host.Cli.Files;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Values;

namespace Appliance.Host.Cli.Events;

/// <summary>What of a file's columns becomes what of an event, from what is declared and what flags say otherwise. Stateless.</summary>
internal static class EventPlan
{
    /// <summary>The shape of events of a source.</summary>
    /// <exception cref="InputException">Something is not declared.</exception>
    public static async Task<RowShape> OfSourceAsync(ColumnFlags flags, SourceDefinition source, IRegistryClient registry, CancellationToken cancellation)
    {
        if (source.Kind != "events") throw new InputException($"source '{source.Name}' is of kind {source.Kind}; events are sent to sources of kind events, and rows by 'appliance rows send'");
        IReadOnlyList<EntityDefinition> entities = [.. (await registry.AllAsync(DefinitionKind.Entity, cancellation)).Cast<EntityDefinition>()];
        IReadOnlyList<KeyColumn> keys;
        IReadOnlyList<IReadOnlyList<string>> sets;
        if (flags.Entities.Count > 0)
        {
            keys = NamedKeys(flags, entities);
            sets = [[.. keys.Select(k => k.JoinKey)]];
        }
        else
        {
            // Of all its views, whichever the file is read for: the entity is a part of the event.
            var views = (await registry.AllAsync(DefinitionKind.FeatureView, cancellation)).Cast<FeatureViewDefinition>().Where(v => v.Source == source.Name).ToList();
            keys = [.. views.SelectMany(v => KeysOf(v, entities)).DistinctBy(k => k.JoinKey)];
            sets = [.. views.Select(v => KeysOf(v, entities).Select(k => k.JoinKey).ToArray())];
        }
        return new RowShape
        {
            Source = source.Name,
            TimeColumn = flags.EventTime ?? source.EventTimeColumn ?? throw new InputException($"source '{source.Name}' names no eventTimeColumn, so --event-time must"),
            TypeColumn = flags.Type ?? source.TypeColumn ?? throw new InputException($"source '{source.Name}' names no typeColumn, so --type must"),
            CreatedColumn = source.CreatedTimeColumn,
            IdColumn = flags.Id,
            Keys = keys,
            KeySets = sets,
            Fields = FieldsOf(source.Fields.Select(f => (f.Name, f.Type))),
        };
    }

    /// <summary>The shape of rows of a batch view.</summary>
    /// <param name="name">The view's.</param>
    /// <param name="now">Microseconds since 1970 UTC.</param>
    /// <param name="written">When the file was written, likewise.</param>
    /// <exception cref="InputException">Something is not declared.</exception>
    public static async Task<RowShape> OfViewAsync(string name, ColumnFlags flags, IRegistryClient registry, (long Now, long Written) times, CancellationToken cancellation)
    {
        var view = await registry.ViewAsync(name, cancellation);
        if (view.Kind != "batch") throw new InputException($"feature view '{view.Name}' is of kind {view.Kind}; rows are taken by views of kind batch alone");
        var source = await registry.SourceAsync(view.Source!, cancellation);
        var entities = new List<EntityDefinition>();
        foreach (var entity in view.Entities) entities.Add(await registry.EntityAsync(entity, cancellation));
        var declared = KeysOf(view, entities);
        var keys = declared.Select(k => flags.Entities.FirstOrDefault(e => e.JoinKey == k.JoinKey) is { Column: { } column } ? k with { Column = column } : k).ToList();
        var foreign = flags.Entities.FirstOrDefault(e => declared.All(k => k.JoinKey != e.JoinKey)).JoinKey;
        if (foreign is not null) throw new InputException($"--entity names '{foreign}', which is no join key of feature view '{view.Name}'{NearNames.Hint(foreign, [.. declared.Select(k => k.JoinKey)])}");
        var features = await FeaturesOfRowAsync(view, declared, registry, cancellation);
        var fields = source.Fields.Count > 0 ? source.Fields.Select(f => (f.Name, f.Type)) : features.Select(f => (f.Name, f.Type)).DistinctBy(f => f.Name);
        var isNow = flags.EventTime == "now";
        // What holds since ever counts from 1970; of two such files, the one that was written later.
        var isTimeless = flags.EventTime is null && source.Timeless;
        return new RowShape
        {
            Source = source.Name,
            FixedType = "row",
            FixedTime = isNow ? times.Now : isTimeless ? 0 : null,
            FixedCreated = isTimeless ? times.Written : null,
            TimeColumn = isNow || isTimeless ? null : flags.EventTime ?? source.EventTimeColumn ?? throw new InputException($"source '{source.Name}' names no eventTimeColumn, so --event-time must name it, or be now"),
            CreatedColumn = source.CreatedTimeColumn,
            Keys = keys,
            KeySets = [[.. keys.Select(k => k.JoinKey)]],
            Fields = [.. FieldsOf(fields).Select(f => f with { Dimension = features.Find(d => d.Name == f.Name && d.Dimension > 0)?.Dimension ?? 0 })],
            RequiredFields = [.. features.Select(f => f.Name).Distinct()],
        };
    }

    // A row goes to every view over the source whose keys it has, and replaces the whole row of each.
    private static async Task<List<FeatureDefinition>> FeaturesOfRowAsync(FeatureViewDefinition view, List<KeyColumn> keys, IRegistryClient registry, CancellationToken cancellation)
    {
        var others = (await registry.AllAsync(DefinitionKind.FeatureView, cancellation)).Cast<FeatureViewDefinition>()
            .Where(v => v.Kind == "batch" && v.Source == view.Source && v.Name != view.Name).ToList();
        if (others.Count == 0) return view.Features;
        var entities = (await registry.AllAsync(DefinitionKind.Entity, cancellation)).Cast<EntityDefinition>().ToList();
        var concerned = others.Where(v => KeysOf(v, entities).TrueForAll(k => keys.Exists(has => has.JoinKey == k.JoinKey)));
        return [.. view.Features, .. concerned.SelectMany(v => v.Features)];
    }

    private static List<KeyColumn> NamedKeys(ColumnFlags flags, IReadOnlyList<EntityDefinition> entities)
    {
        var joinKeys = entities.SelectMany(e => e.JoinKeys).DistinctBy(k => k.Name).ToDictionary(k => k.Name, k => k.Type);
        return [.. flags.Entities.Select(e => joinKeys.TryGetValue(e.JoinKey, out var type)
            ? new KeyColumn(e.Column, e.JoinKey, TypeOf(type))
            : throw new InputException($"--entity names '{e.JoinKey}', which is no join key of an entity{NearNames.Hint(e.JoinKey, [.. joinKeys.Keys])}"))];
    }

    private static List<KeyColumn> KeysOf(FeatureViewDefinition view, IReadOnlyList<EntityDefinition> entities) =>
        [.. view.Entities.SelectMany(name => entities.First(e => e.Name == name).JoinKeys).Select(k => new KeyColumn(k.Name, k.Name, TypeOf(k.Type)))];

    private static List<FieldColumn> FieldsOf(IEnumerable<(string Name, string Type)> fields) => [.. fields.Select(f => new FieldColumn(f.Name, TypeOf(f.Type)))];

    // Only valid definitions are registered.
    private static FeatureDataType TypeOf(string name) => FeatureDataTypes.TryParse(name, out var type) ? type : throw new InputException($"'{name}' is no type that this version knows");
}
