using FeatureModel.Definitions;
using FeatureModel.Values;

namespace FeatureModel.Windows;

/// <summary>The rules of one stream feature; each breach is an error that names view, feature, value and rule.</summary>
internal sealed class AggregateCheck(string view, int index, FeatureDefinition feature, SourceDefinition source, List<WindowFault> faults)
{
    private const string Functions = "count, sum, min, max, mean, last, distinct or decayed";

    public void Fail(string property, string? value, string rule) =>
        faults.Add(new WindowFault(index, $"view '{view}' feature '{feature.Name}': {property} is {(value is null ? "absent" : $"'{value}'")}; {rule}", property, value, rule));

    public bool TryRead(out CheckedAggregate aggregate)
    {
        aggregate = default;
        var before = faults.Count;
        if (feature.Aggregate is not { } definition)
        {
            Fail("aggregate", null, "every feature of a stream view has one");
            return false;
        }
        if (Function(definition) is not { } function) return false;
        var field = Field(definition, function);
        var type = Type();
        if (definition.Where is not null && string.IsNullOrWhiteSpace(definition.Where))
        {
            Fail("aggregate.where", definition.Where, "it must be an expression, or absent for all events");
        }
        if (function == WindowFunction.Decayed && definition.Window is not null)
        {
            Fail("aggregate.window", definition.Window, "decayed has a halfLife and no window");
        }
        if (function != WindowFunction.Decayed && definition.HalfLife is not null)
        {
            Fail("aggregate.halfLife", definition.HalfLife, $"only decayed has one, {definition.Function} has a window");
        }
        if (faults.Count > before) return false;
        Fit(function, field, type);
        aggregate = new CheckedAggregate(function, field, type);
        return faults.Count == before;
    }

    private WindowFunction? Function(AggregateDefinition definition)
    {
        WindowFunction? function = definition.Function switch
        {
            "count" => WindowFunction.Count,
            "sum" => WindowFunction.Sum,
            "min" => WindowFunction.Min,
            "max" => WindowFunction.Max,
            "mean" => WindowFunction.Mean,
            "last" => WindowFunction.Last,
            "distinct" => WindowFunction.Distinct,
            "decayed" => WindowFunction.Decayed,
            _ => null,
        };
        if (function is null) Fail("aggregate.function", definition.Function, $"it must be {Functions}");
        return function;
    }

    private WindowField? Field(AggregateDefinition definition, WindowFunction function)
    {
        if (definition.Field is null)
        {
            if (function is not (WindowFunction.Count or WindowFunction.Decayed))
            {
                Fail("aggregate.field", null, $"{definition.Function} takes one of source '{source.Name}': {FieldNames()}");
            }
            return null;
        }
        if (source.Fields.Find(f => f.Name == definition.Field) is not { } declared)
        {
            Fail("aggregate.field", definition.Field, $"it must be one of source '{source.Name}': {FieldNames()}");
            return null;
        }
        WindowFieldKind? kind = !FeatureDataTypes.TryParse(declared.Type, out var type) ? null : type switch
        {
            FeatureDataType.Int32 or FeatureDataType.Int64 or FeatureDataType.Bool or FeatureDataType.UnixTimestamp => WindowFieldKind.Integer,
            FeatureDataType.Float or FeatureDataType.Double => WindowFieldKind.Number,
            FeatureDataType.String => WindowFieldKind.Text,
            _ => null,
        };
        if (kind is { } known) return new WindowField(declared.Name, type, known);
        Fail("aggregate.field", definition.Field,
            $"its type in source '{source.Name}' is '{declared.Type}'; a window takes int32, int64, bool, timestamp, float, double or string");
        return null;
    }

    private FeatureDataType Type()
    {
        if (FeatureDataTypes.TryParse(feature.Type, out var type)) return type;
        Fail("type", feature.Type, $"it must be one of {FeatureDataTypes.AllNames}");
        return default;
    }

    private void Fit(WindowFunction function, WindowField? field, FeatureDataType type)
    {
        var name = feature.Aggregate!.Function;
        var moment = field?.Type == FeatureDataType.UnixTimestamp;
        if (field?.Kind == WindowFieldKind.Text && function is not (WindowFunction.Count or WindowFunction.Distinct))
        {
            Fail("aggregate.field", field.Name, $"it is a string, which only count and distinct take, not {name}"
                + (function == WindowFunction.Last ? "; the newest text of an entity is a string feature of a batch view, whose rows are pushed" : ""));
            return;
        }
        if (moment && function is (WindowFunction.Sum or WindowFunction.Mean or WindowFunction.Decayed))
        {
            Fail("aggregate.field", field!.Name, $"it is a timestamp, which {name} does not take");
            return;
        }
        FeatureDataType[] allowed = function switch
        {
            WindowFunction.Count or WindowFunction.Distinct => [FeatureDataType.Int64, FeatureDataType.Double],
            WindowFunction.Mean or WindowFunction.Decayed => [FeatureDataType.Double, FeatureDataType.Float],
            _ when moment => [FeatureDataType.UnixTimestamp],
            _ when field!.Kind == WindowFieldKind.Number => [FeatureDataType.Double, FeatureDataType.Float],
            _ => [FeatureDataType.Int64, FeatureDataType.Double],
        };
        if (Array.IndexOf(allowed, type) >= 0) return;
        var of = field is null ? "" : $" of a field of type {field.Type.Name()}";
        Fail("type", feature.Type, $"{name}{of} gives {string.Join(" or ", allowed.Select(a => a.Name()))}");
    }

    private string FieldNames() => source.Fields.Count == 0 ? "it has none" : string.Join(", ", source.Fields.Select(f => f.Name));
}
