// Hot path: every row of every file that is not pruned passes here.
using System.Numerics;
using Apache.Arrow;
using Lake.Columns;
using Lake.Types;
using Lake.Values;

namespace Lake.Expressions;

/// <summary>Finds the rows of a batch that a filter matches. Used by one thread at a time.</summary>
public sealed class RowEvaluator
{
    private readonly BoundFilter _filter;
    private readonly Dictionary<int, int[]> _paths = [];

    /// <param name="filter">What to match.</param>
    /// <param name="columns">The columns of the batches to come; they have all that the filter asks about.</param>
    public RowEvaluator(BoundFilter filter, IReadOnlyList<NestedField> columns)
    {
        _filter = filter;
        foreach (var id in filter.FieldIds().Distinct())
        {
            _paths[id] = Keys.FieldPath.To(columns, id) ?? throw new ArgumentException($"field {id} is not among the columns", nameof(columns));
        }
    }

    /// <summary>Whether each row matches; as many as the batch has.</summary>
    public bool[] Evaluate(RecordBatch batch)
    {
        var matches = new bool[batch.Length];
        Evaluate(_filter, batch, matches);
        return matches;
    }

    private void Evaluate(BoundFilter filter, RecordBatch batch, bool[] matches)
    {
        switch (filter)
        {
            case BoundFilter.Constant c:
                System.Array.Fill(matches, c.Value);
                break;
            case BoundFilter.And a:
                Evaluate(a.Left, batch, matches);
                var right = new bool[matches.Length];
                Evaluate(a.Right, batch, right);
                for (var i = 0; i < matches.Length; i++) matches[i] &= right[i];
                break;
            case BoundFilter.Or o:
                Evaluate(o.Left, batch, matches);
                var other = new bool[matches.Length];
                Evaluate(o.Right, batch, other);
                for (var i = 0; i < matches.Length; i++) matches[i] |= other[i];
                break;
            case BoundFilter.Predicate p:
                Evaluate(p, batch, matches);
                break;
        }
    }

    private void Evaluate(BoundFilter.Predicate p, RecordBatch batch, bool[] matches)
    {
        var path = _paths[p.Field.Id];
        IArrowArray array = batch.Column(path[0]);
        var outerNull = (bool[]?)null;
        foreach (var step in path.AsSpan(1))
        {
            outerNull = Nulls(array, outerNull);
            array = ((StructArray)array).Fields[step];
        }
        if (p.Op is PredicateOp.IsNull or PredicateOp.NotNull)
        {
            for (var i = 0; i < matches.Length; i++) matches[i] = (array.IsNull(i) || outerNull?[i] == true) == (p.Op == PredicateOp.IsNull);
            return;
        }
        Compare(p, array, matches);
        for (var i = 0; i < matches.Length; i++) matches[i] &= !array.IsNull(i) && outerNull?[i] != true;
    }

    private static void Compare(BoundFilter.Predicate p, IArrowArray array, bool[] matches)
    {
        switch (array)
        {
            case Int32Array a: Numbers(p, a.Values, matches); break;
            case Date32Array a: Numbers(p, a.Values, matches); break;
            case Int64Array a: Numbers(p, a.Values, matches); break;
            case TimestampArray a: Numbers(p, a.Values, matches); break;
            case Time64Array a: Numbers(p, a.Values, matches); break;
            case FloatArray a: Floats(p, a.Values, matches); break;
            case DoubleArray a: Floats(p, a.Values, matches); break;
            default: Any(p, array, matches); break;
        }
    }

    private static void Numbers<T>(BoundFilter.Predicate p, ReadOnlySpan<T> values, bool[] matches)
        where T : struct, INumber<T>
    {
        if (p.Op is PredicateOp.In or PredicateOp.NotIn)
        {
            var set = p.Values.Select(v => (T)v).ToHashSet();
            for (var i = 0; i < values.Length; i++) matches[i] = set.Contains(values[i]) == (p.Op == PredicateOp.In);
            return;
        }
        var value = (T)p.Values[0];
        for (var i = 0; i < values.Length; i++) matches[i] = Holds(p.Op, values[i].CompareTo(value));
    }

    // NaN is above every number, as RangeEvaluator has it.
    private static void Floats<T>(BoundFilter.Predicate p, ReadOnlySpan<T> values, bool[] matches)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (p.Op is PredicateOp.IsNaN or PredicateOp.NotNaN)
        {
            for (var i = 0; i < values.Length; i++) matches[i] = T.IsNaN(values[i]) == (p.Op == PredicateOp.IsNaN);
            return;
        }
        if (p.Op is PredicateOp.In or PredicateOp.NotIn)
        {
            Numbers(p, values, matches);
            return;
        }
        var value = (T)p.Values[0];
        for (var i = 0; i < values.Length; i++) matches[i] = Holds(p.Op, T.IsNaN(values[i]) ? 1 : values[i] < value ? -1 : values[i] > value ? 1 : 0);
    }

    private static void Any(BoundFilter.Predicate p, IArrowArray array, bool[] matches)
    {
        for (var i = 0; i < matches.Length; i++)
        {
            if (ArrowValue.Get(array, p.Type, i) is not { } value) continue;
            matches[i] = p.Op switch
            {
                PredicateOp.In => Contains(p, value),
                PredicateOp.NotIn => !Contains(p, value),
                PredicateOp.StartsWith => ((string)value).StartsWith((string)p.Values[0], StringComparison.Ordinal),
                PredicateOp.NotStartsWith => !((string)value).StartsWith((string)p.Values[0], StringComparison.Ordinal),
                _ => Holds(p.Op, SingleValue.Compare(p.Type, value, p.Values[0])),
            };
        }
    }

    private static bool Contains(BoundFilter.Predicate p, object value)
    {
        foreach (var known in p.Values)
        {
            if (SingleValue.Compare(p.Type, value, known) == 0) return true;
        }
        return false;
    }

    private static bool Holds(PredicateOp op, int order) => op switch
    {
        PredicateOp.Less => order < 0,
        PredicateOp.LessOrEqual => order <= 0,
        PredicateOp.Greater => order > 0,
        PredicateOp.GreaterOrEqual => order >= 0,
        PredicateOp.Equal => order == 0,
        _ => order != 0,
    };

    private static bool[] Nulls(IArrowArray array, bool[]? outer)
    {
        var nulls = new bool[array.Length];
        for (var i = 0; i < nulls.Length; i++) nulls[i] = array.IsNull(i) || outer?[i] == true;
        return nulls;
    }
}
