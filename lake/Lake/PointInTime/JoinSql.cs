using System.Globalization;
using System.Text;
using Lake.Query;

namespace Lake.PointInTime;

/// <summary>The query that joins views to the numbered spine, in the spine's order. Its columns are those that <see cref="JoinShape"/> takes. Used by one thread.</summary>
/// <param name="request">What to join.</param>
/// <param name="spine">The numbered spine.</param>
/// <param name="columns">How many columns it has.</param>
/// <param name="inputs">How many request inputs.</param>
internal sealed class JoinSql(JoinRequest request, string spine, int columns, int inputs)
{
    private readonly StringBuilder _fields = new(string.Join(", ", [.. Spine("s", columns), "m.moment", .. Spine("i", inputs)]));
    private readonly StringBuilder _joins = new();
    private int _views;

    /// <summary>A batch view: the newest row that is not after the moment.</summary>
    public void AddBatch(JoinView view, IReadOnlyList<string> keys, string history)
    {
        var alias = Fields(view);
        var equal = string.Join("", keys.Select((k, i) => $"m.{k} = {alias}.{JoinView.At("k", i)} AND "));
        _joins.Append(CultureInfo.InvariantCulture, $" ASOF LEFT JOIN ({history}) AS {alias} ON {equal}m.moment >= {alias}.since");
    }

    /// <summary>A stream view: what was made for the row.</summary>
    /// <param name="view">The view.</param>
    /// <param name="rows">The name by which the query finds what was made.</param>
    public void AddStream(JoinView view, string rows)
    {
        var alias = Fields(view);
        _joins.Append(CultureInfo.InvariantCulture, $" LEFT JOIN {DuckText.Name(rows)} AS {alias} ON {alias}.n = m.n");
    }

    public override string ToString() => $"SELECT {_fields} FROM ({spine}) AS m{_joins} ORDER BY m.n";

    private static IEnumerable<string> Spine(string letter, int count) => Enumerable.Range(0, count).Select(i => $"m.{JoinView.At(letter, i)}");

    private string Fields(JoinView view)
    {
        var alias = JoinView.At("b", _views++);
        _fields.Append(CultureInfo.InvariantCulture, $", {alias}.t");
        for (var i = 0; i < view.Needed.Count; i++)
        {
            var value = $"{alias}.{JoinView.At("v", i)}";
            if (!request.KeepsStale && view.View.TtlMicros is < long.MaxValue and var ttl)
            {
                value = string.Create(CultureInfo.InvariantCulture, $"CASE WHEN m.moment - {alias}.t <= {ttl} THEN {value} END");
            }
            _fields.Append(CultureInfo.InvariantCulture, $", {value}");
        }
        return alias;
    }
}
