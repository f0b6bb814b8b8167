using System.Globalization;
using Lake.Expressions;
using Lake.Types;

namespace Lake.Tests.Tables;

/// <summary>Random rows of a schema and random filters over it, each with what it answers of a row of the model. The first column is a required long: the key.</summary>
internal sealed class RandomRows(Random random)
{
    /// <summary>Keys are below: few enough that upserts meet rows.</summary>
    private const int Keys = 40;

    public object?[][] Next(IReadOnlyList<NestedField> columns, int count, bool distinct)
    {
        var keys = distinct ? Enumerable.Range(0, Keys).OrderBy(_ => random.Next()).Take(count).ToArray() : [.. Enumerable.Range(0, count).Select(_ => random.Next(Keys))];
        return [.. keys.Select(k => columns.Select((c, i) => i == 0 ? (long)k : Value(c.Type)).ToArray())];
    }

    public (Filter Filter, Func<Dictionary<int, object?>, bool?> Answer) Filter(IReadOnlyList<NestedField> columns, int depth = 2)
    {
        switch (depth == 0 ? 9 : random.Next(10))
        {
            case 0:
                var (inner, answer) = Filter(columns, depth - 1);
                return (!inner, row => !answer(row));
            case 1 or 2:
                var (l1, a1) = Filter(columns, depth - 1);
                var (r1, b1) = Filter(columns, depth - 1);
                return (l1 & r1, row => a1(row) & b1(row));
            case 3 or 4:
                var (l2, a2) = Filter(columns, depth - 1);
                var (r2, b2) = Filter(columns, depth - 1);
                return (l2 | r2, row => a2(row) | b2(row));
            default:
                return Leaf(columns[random.Next(columns.Count)]);
        }
    }

    private (Filter Filter, Func<Dictionary<int, object?>, bool?> Answer) Leaf(NestedField column)
    {
        if (random.Next(6) == 0) return (Lake.Expressions.Filter.IsNull(column.Name), row => row.GetValueOrDefault(column.Id) is null);
        var value = column.Type.Kind == TypeKind.String ? Text() : (object)random.Next(column.Name == "k" ? Keys : 20);
        return random.Next(3) switch
        {
            0 => (Lake.Expressions.Filter.Equal(column.Name, value), row => Order(row, column.Id, value) is { } order ? order == 0 : null),
            1 => (Lake.Expressions.Filter.Less(column.Name, value), row => Order(row, column.Id, value) is { } order ? order < 0 : null),
            _ => (Lake.Expressions.Filter.GreaterOrEqual(column.Name, value), row => Order(row, column.Id, value) is { } order ? order >= 0 : null),
        };
    }

    private static int? Order(Dictionary<int, object?> row, int id, object value)
    {
        if (row.GetValueOrDefault(id) is not { } own) return null;
        return own is string text ? string.CompareOrdinal(text, (string)value) : Convert.ToInt64(own, CultureInfo.InvariantCulture).CompareTo(Convert.ToInt64(value, CultureInfo.InvariantCulture));
    }

    private object? Value(IcebergType type)
    {
        if (random.Next(6) == 0) return null;
        return type.Kind switch
        {
            TypeKind.Int => random.Next(20),
            TypeKind.Long => (long)random.Next(20),
            _ => Text(),
        };
    }

    private string Text() => $"shop {(char)('a' + random.Next(4))}";
}
