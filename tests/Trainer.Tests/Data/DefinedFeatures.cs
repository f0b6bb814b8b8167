using System.Globalization;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Expressions;
using FeatureModel.Values;
using FeatureModel.Windows;
using Trainer.Data;

namespace Trainer.Tests.Data;

/// <summary>
/// The sample members' features by the definitions that the appliance serves: windows as panes in a row for each member, on-demand expressions over
/// them. What the online store computes, without the store.
/// </summary>
internal sealed class DefinedFeatures
{
    private readonly DefinitionCatalog _catalog;
    private readonly FeatureViewDefinition _activity;
    private readonly WindowPlan _plan;
    private readonly CompiledExpression[] _filters;
    private readonly Dictionary<string, byte[]> _rows = [];
    private readonly long _now;

    /// <param name="asOf">Read as the last moment before it.</param>
    public DefinedFeatures(DateTimeOffset asOf)
    {
        var read = DefinitionFiles.ReadFolder(Path.Combine(Repository.Samples, "features"));
        Assert.Empty(read.Errors);
        _catalog = new DefinitionCatalog(read.Definitions);
        _activity = _catalog.View("member_activity")!;
        var source = _catalog.Source(_activity.Source)!;
        _plan = WindowPlan.Compile(_activity, source).Plan!;
        var scope = ExpressionScopes.OfEvents(source);
        _filters = [.. _plan.Filters.Select(f => Compile(f, scope, FeatureDataType.Bool))];
        _now = (asOf - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond - 1;
        ReadEvents(source);
    }

    /// <summary>The features of the service, in its order, for a member.</summary>
    public double[] Of(string service, string member)
    {
        var values = new FeatureValue[_plan.FeatureCount];
        Assert.True(WindowRow.Read(_plan, _rows.GetValueOrDefault(member, []), _now, values));
        return [.. _catalog.FeaturesOf(_catalog.Service(service)!).Select(f => ValueOf(f, values).AsDouble)];
    }

    /// <summary>The service's features with their types, as models are bound to them.</summary>
    public IReadOnlyList<ServiceFeature> SchemaOf(string service) =>
        [.. _catalog.FeaturesOf(_catalog.Service(service)!).Select(f => new ServiceFeature(f.View, f.Feature, TypeOf(_catalog.Feature(f)!)))];

    private FeatureValue ValueOf(FeatureReference reference, FeatureValue[] activity)
    {
        if (reference.View == _activity.Name) return activity[_activity.Features.FindIndex(f => f.Name == reference.Feature)];
        var view = _catalog.View(reference.View)!;
        var scope = ExpressionScopes.OfOnDemand(view, _catalog);
        var feature = _catalog.Feature(reference)!;
        var slots = scope.Inputs.Select(i => i.View == _activity.Name ? activity[_activity.Features.FindIndex(f => f.Name == i.Name)] : FeatureValue.Null);
        return Compile(feature.Expression!, scope, TypeOf(feature)).Evaluate([.. slots]);
    }

    private void ReadEvents(SourceDefinition source)
    {
        using var file = CsvFile.Open(Path.Combine(Path.GetDirectoryName(Repository.Samples)!, source.Path!));
        int key = file.Column("member_id"), time = file.Column(source.EventTimeColumn!), type = file.Column(source.TypeColumn!);
        int[] fields = [.. source.Fields.Select(f => file.Column(f.Name))];
        for (var order = 0; file.TryReadRow(); order++)
        {
            var at = DateTimeOffset.Parse(file[time], CultureInfo.InvariantCulture);
            var slots = new FeatureValue[source.Fields.Count + 1];
            slots[0] = FeatureValue.Of(file[type]);
            for (var i = 0; i < fields.Length; i++) slots[i + 1] = Field(source.Fields[i], file[fields[i]]);
            var read = new ReadEvent(this, source, slots, (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, order);
            var row = _rows.GetValueOrDefault(file[key], []);
            var next = new byte[WindowRow.MaxBytesAfter(_plan, row, read)];
            Assert.True(WindowRow.Apply(_plan, row, read, next, out var written));
            _rows[file[key]] = next[..written];
        }
    }

    private static FeatureValue Field(FieldDefinition field, string text)
    {
        if (text.Length == 0) return FeatureValue.Null;
        return field.Type == "string" ? FeatureValue.Of(text) : FeatureValue.Of(double.Parse(text, CultureInfo.InvariantCulture));
    }

    private static CompiledExpression Compile(string text, ExpressionScope scope, FeatureDataType type)
    {
        Assert.True(ExpressionCompiler.TryCompileAs(text, scope, type, out var compiled, out var errors), string.Join("; ", errors));
        return compiled!;
    }

    private static FeatureDataType TypeOf(FeatureDefinition feature) => FeatureDataTypes.TryParse(feature.Type, out var type) ? type : default;

    private readonly struct ReadEvent(DefinedFeatures of, SourceDefinition source, FeatureValue[] slots, long micros, long order) : IWindowEvent
    {
        public long EventMicros => micros;

        public long IngestMicros => long.MaxValue;

        public long ArrivalOrder => order;

        public bool TryGetNumber(int field, out double value)
        {
            var found = Value(field);
            value = found.IsNull ? 0 : found.AsDouble;
            return !found.IsNull;
        }

        public bool TryGetInteger(int field, out long value)
        {
            var found = Value(field);
            value = found.AsInt64;
            return !found.IsNull;
        }

        public bool TryGetTextHash(int field, out ulong hash)
        {
            var found = Value(field);
            hash = found.IsNull ? 0 : DistinctHash.OfText(System.Text.Encoding.UTF8.GetBytes(found.AsString));
            return !found.IsNull;
        }

        public bool Matches(int filter) => of._filters[filter].Evaluate(slots) is { IsNull: false } answer && answer.AsBool;

        private FeatureValue Value(int field)
        {
            var name = of._plan.Fields[field].Name;
            return slots[source.Fields.FindIndex(f => f.Name == name) + 1];
        }
    }
}
