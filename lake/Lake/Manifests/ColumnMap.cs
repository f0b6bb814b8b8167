using System.Collections;

namespace Lake.Manifests;

/// <summary>A value a column, by field id: two arrays, as a table has hundreds of thousands of them. Immutable.</summary>
public sealed class ColumnMap<T> : IReadOnlyCollection<KeyValuePair<int, T>>
{
    public static readonly ColumnMap<T> Empty = new([], []);

    private readonly int[] _ids;
    private readonly T[] _values;

    /// <param name="ids">Field ids, in any order; owned by the map from now on.</param>
    /// <param name="values">Their values, as many.</param>
    internal ColumnMap(int[] ids, T[] values)
    {
        // Writers put them in order; a plan of many files need not sort each of their maps.
        if (!IsOrdered(ids)) Array.Sort(ids, values);
        (_ids, _values) = (ids, values);
    }

    public ColumnMap(IReadOnlyCollection<KeyValuePair<int, T>> pairs)
        : this([.. pairs.Select(p => p.Key)], [.. pairs.Select(p => p.Value)])
    {
    }

    public int Count => _ids.Length;

    public bool TryGet(int fieldId, out T value)
    {
        var at = Array.BinarySearch(_ids, fieldId);
        value = at >= 0 ? _values[at] : default!;
        return at >= 0;
    }

    public IEnumerator<KeyValuePair<int, T>> GetEnumerator()
    {
        for (var i = 0; i < _ids.Length; i++) yield return new KeyValuePair<int, T>(_ids[i], _values[i]);
    }

    private static bool IsOrdered(int[] ids)
    {
        for (var i = 1; i < ids.Length; i++)
        {
            if (ids[i - 1] > ids[i]) return false;
        }
        return true;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
