using Appliance.Features.Ingest;
using Appliance.Features.Registry;
using Appliance.Features.Rows;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Expressions;
using FeatureModel.Values;
using FeatureModel.Windows;

namespace Appliance.Features.Reading;

/// <summary>Compiles what is registered into what is served. Pure: one state of the registry always gives the same catalog.</summary>
public static class CatalogBuilder
{
    // What a source without a lateness of its own gets; the definitions' documents say so.
    private const long DefaultLateness = Durations.Day;

    /// <param name="state">Definitions that the registry has checked: what does not compile here is a bug.</param>
    public static FeatureCatalog Build(RegistryState state)
    {
        var views = state.Catalog.Definitions.FeatureViews.Select(v => View(v, state)).ToList();
        var services = state.List(DefinitionKind.FeatureService).SelectMany(s => s.Versions.Select(v => Service(s.Name, v.Version, state)));
        var sources = state.Catalog.Definitions.Sources.Select(s => Route(s, views, state));
        return new FeatureCatalog(state.Revision, views, services, sources)
        {
            JoinKeys = [.. state.Catalog.Definitions.Entities.SelectMany(e => e.JoinKeys).Select(k => k.Name).Distinct()],
        };
    }

    private static ServedView View(FeatureViewDefinition definition, RegistryState state)
    {
        var catalog = state.Catalog;
        var features = definition.Features.Select(f => new ServedFeature(f.Name, TypeOf(f.Type), DefaultValue.Of(f), f.Dimension)).ToArray();
        var layouts = state.LayoutsOf(definition.Name);
        var described = state.Describe(DefinitionKind.FeatureView, definition.Name)!;
        var kind = definition.Kind switch { "stream" => ViewKind.Stream, "onDemand" => ViewKind.OnDemand, _ => ViewKind.Batch };
        return new ServedView
        {
            Name = definition.Name,
            Version = described.Latest.Version,
            Number = (uint)(layouts?.ViewNumber ?? 0),
            Kind = kind,
            JoinKeys = [.. definition.Entities.SelectMany(e => catalog.Entity(e)!.JoinKeys).DistinctBy(k => k.Name).Select(k => new JoinKey(k.Name, TypeOf(k.Type)))],
            Features = features,
            TtlMicros = Durations.TryParse(definition.Ttl, out var ttl) ? ttl : long.MaxValue,
            Source = definition.Source ?? "",
            CurrentLayout = (uint)(layouts?.Latest.Number ?? 0),
            BornLayout = (uint)(layouts is null ? 0 : BornLayout(layouts, described)),
            Layouts = kind == ViewKind.Batch ? Rows(layouts!, features) : new Dictionary<uint, ServedLayout>(),
            Panes = kind == ViewKind.Stream ? Panes(definition, layouts!, features, state) : new Dictionary<uint, ServedPanes>(),
            OnDemand = kind == ViewKind.OnDemand ? OnDemand(definition, catalog) : null,
        };
    }

    private static Dictionary<uint, ServedLayout> Rows(ViewLayouts layouts, ServedFeature[] features) => layouts.All.ToDictionary(
        layout => (uint)layout.Number,
        layout => new ServedLayout(
            new RowLayout([.. layout.Features.Select(f => (f.Name, f.Type))]),
            features,
            [.. features.Select(f => Position(layout, layouts.Latest, f.Name))]));

    private static Dictionary<uint, ServedPanes> Panes(FeatureViewDefinition latest, ViewLayouts layouts, ServedFeature[] features, RegistryState state)
    {
        var described = state.Describe(DefinitionKind.FeatureView, latest.Name)!;
        var versions = described.Versions;
        var born = BornLayout(layouts, described);
        var plans = new List<(ViewLayout Layout, WindowPlan Plan)>();
        // Panes of a view of the same name that was deleted count nothing of this one.
        foreach (var layout in layouts.All.Where(l => l.Number >= born))
        {
            var definition = layout == layouts.Latest ? latest : (FeatureViewDefinition)versions[layout.ViewVersion - 1].Definition;
            var source = state.Catalog.Source(definition.Source);
            // Of an older version the source, or a field of it, may be gone: its rows cannot be read any more.
            if (source is null || WindowPlan.Compile(definition, source, plans.Count == 0 ? null : plans[^1].Plan) is not { Succeeded: true } result) continue;
            plans.Add((layout, result.Plan!));
        }
        var current = plans[^1].Plan;
        return plans.ToDictionary(
            p => (uint)p.Layout.Number,
            p => new ServedPanes(p.Plan, current, [.. features.Select(f => Position(p.Layout, layouts.Latest, f.Name))]));
    }

    // A view that comes back has a layout of its own: none of its columns is of the generation before.
    private static int BornLayout(ViewLayouts layouts, RegisteredObject described) => layouts.All.First(l => l.ViewVersion >= described.BornAt).Number;

    // Of another generation it is a value of something else.
    private static int Position(ViewLayout layout, ViewLayout latest, string feature)
    {
        var generation = latest.Features.First(f => f.Name == feature).Generation;
        for (var i = 0; i < layout.Features.Count; i++)
        {
            if (layout.Features[i].Name == feature && layout.Features[i].Generation == generation) return i;
        }
        return -1;
    }

    private static OnDemandView OnDemand(FeatureViewDefinition view, DefinitionCatalog catalog)
    {
        var scope = ExpressionScopes.OfOnDemand(view, catalog);
        return new OnDemandView(
            [.. view.Features.Select(f => Compiled(f.Expression!, scope, TypeOf(f.Type)))],
            [.. scope.Inputs.Select(i => new OnDemandInput(
                i.View, i.Name, i.Type, i.View is null && i.Name == ExpressionScopes.RequestTime && view.RequestInputs.TrueForAll(c => c.Name != i.Name)))]);
    }

    private static SourceRoute Route(SourceDefinition source, List<ServedView> views, RegistryState state)
    {
        var schema = new SourceSchema(source.Name, SourceColumns.Of(source, state.Catalog.Definitions));
        var scope = ExpressionScopes.OfEvents(source);
        var own = views.Where(v => v.Source == source.Name).ToList();
        return new SourceRoute(
            source.Kind,
            schema,
            Durations.TryParse(source.Lateness, out var lateness) ? lateness : DefaultLateness,
            [.. own.Where(v => v.Kind == ViewKind.Stream).Select(v => Target(v, schema, scope))],
            [.. own.Where(v => v.Kind == ViewKind.Batch).Select(v => new RowTarget(v, [.. v.Features.Select(f => Column(schema, f))]))]);
    }

    // What was registered before views over a source without fields had to agree may have a column of another type: its values are not the feature's.
    private static int Column(SourceSchema schema, ServedFeature feature)
    {
        var at = schema.Find(feature.Name);
        return at >= 0 && TypeWidening.Holds(schema.Fields[at].Type, feature.Type) ? at : -1;
    }

    private static StreamTarget Target(ServedView view, SourceSchema schema, ExpressionScope scope)
    {
        var plan = view.Panes[view.CurrentLayout].Plan;
        return new StreamTarget(
            view,
            [.. plan.Fields.Select(f => schema.Find(f.Name))],
            [.. plan.Filters.Select(f => Compiled(f, scope, FeatureDataType.Bool))]);
    }

    private static ServedService Service(string name, int version, RegistryState state)
    {
        var resolved = state.Resolve(name, version, out var refusal);
        var problem = resolved is null ? refusal : resolved.Features.FirstOrDefault(f => f.Problem is not null)?.Problem;
        return new ServedService(name, version, [.. resolved?.Features.Select(f => f.Pin.Reference.ToString()) ?? []], problem);
    }

    private static CompiledExpression Compiled(string text, ExpressionScope scope, FeatureDataType type) =>
        ExpressionCompiler.TryCompileAs(text, scope, type, out var compiled, out var errors)
            ? compiled
            : throw new System.Diagnostics.UnreachableException($"The registry took '{text}', which does not compile: {errors[0]}");

    private static FeatureDataType TypeOf(string name) => FeatureDataTypes.TryParse(name, out var type) ? type : FeatureDataType.String;
}
