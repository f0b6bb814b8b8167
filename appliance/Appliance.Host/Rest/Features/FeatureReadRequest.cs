// Hot path: every request for features over REST is read into one of these.
namespace Appliance.Host.Rest.Features;

/// <summary>What a request asks for: whose features, and which. Reused; not thread-safe.</summary>
internal sealed class FeatureReadRequest
{
    private readonly List<RequestColumn> _columns = [];

    public FeatureSelection Selection { get; } = new();

    /// <summary>The entity that was named; null where the columns alone say it.</summary>
    public string? Entity { get; set; }

    public bool FullNames { get; set; }

    public bool IncludeVersions { get; set; }

    public IReadOnlyList<RequestColumn> Columns => _columns;

    /// <summary>Entities that are asked for.</summary>
    public int Rows => _columns.Count == 0 ? 0 : _columns[0].Rows;

    /// <summary>Whether keys were given without the name of their join key.</summary>
    public bool HasIds
    {
        get
        {
            foreach (var column in _columns)
            {
                if (column.Member == ReadMember.Ids) return true;
            }
            return false;
        }
    }

    /// <summary>Columns, from the first, that identify the entity.</summary>
    public int KeyColumns
    {
        get
        {
            var keys = 0;
            while (keys < _columns.Count && _columns[keys].Member != ReadMember.Inputs) keys++;
            return keys;
        }
    }

    public void Clear()
    {
        _columns.Clear();
        Selection.Clear();
        Entity = null;
        FullNames = IncludeVersions = false;
    }

    public void Add(RequestColumn column) => _columns.Add(column);

    /// <summary>Gives the ids the name of the join key that they are values of.</summary>
    public void NameIds(string joinKey)
    {
        var at = _columns.FindIndex(c => c.Member == ReadMember.Ids);
        if (at >= 0) _columns[at] = _columns[at] with { Name = joinKey };
    }

    /// <summary>Puts the columns that identify entities in front, wherever they stood in the body.</summary>
    public void EntitiesFirst()
    {
        // Stable, and without allocation where there is nothing to do.
        if (_columns.TrueForAll(c => c.Member != ReadMember.Inputs)) return;
        var sorted = _columns.OrderBy(c => c.Member == ReadMember.Inputs).ToArray();
        _columns.Clear();
        _columns.AddRange(sorted);
    }

    public bool Has(string column)
    {
        foreach (var one in _columns)
        {
            if (one.Name == column) return true;
        }
        return false;
    }
}
