namespace Appliance.Host.Cli.Events;

/// <summary>What the flags of a command say of a file's columns, where the definitions do not, or say otherwise. Filled once; owned by its command line.</summary>
internal sealed class ColumnFlags
{
    private readonly List<(string Column, string JoinKey)> _entities = [];

    /// <summary>The flags that events have; rows have no ids and types of their own.</summary>
    public static IReadOnlyList<string> OfEvents { get; } = ["--event-time", "--type", "--entity", "--id", "--id-column"];

    /// <summary>The flags that rows have.</summary>
    public static IReadOnlyList<string> OfRows { get; } = ["--event-time", "--entity"];

    public string? EventTime { get; private set; }

    public string? Type { get; private set; }

    /// <summary>The column of the events' ids; null: they are derived from what the events say.</summary>
    public string? Id { get; private set; }

    /// <summary>Columns and the join keys that they hold; empty to find them by their names.</summary>
    public IReadOnlyList<(string Column, string JoinKey)> Entities => _entities;

    /// <summary>Whether anything is said.</summary>
    public bool Any => EventTime is not null || Type is not null || Id is not null || _entities.Count > 0;

    /// <summary>Takes one of the flags of events; null, or what is wrong with its value.</summary>
    public string? Set(string name, string value)
    {
        switch (name)
        {
            case "--event-time": EventTime = value; return null;
            case "--type": Type = value; return null;
            case "--entity": return AddEntity(value);
            default: Id = value; return null;
        }
    }

    private string? AddEntity(string value)
    {
        var at = value.IndexOf('=');
        var (column, key) = at < 0 ? (value, value) : (value[..at], value[(at + 1)..]);
        if (column.Length == 0 || key.Length == 0) return $"--entity is '{value}'; it must be COLUMN or COLUMN=JOINKEY";
        if (_entities.Exists(e => e.JoinKey == key)) return $"--entity names join key '{key}' twice";
        _entities.Add((column, key));
        return null;
    }
}
