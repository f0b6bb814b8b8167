namespace Appliance.Host.Cli.Events;

/// <summary>Which columns of a file are what of an event. Immutable.</summary>
internal sealed record RowShape
{
    public required string Source { get; init; }

    /// <summary>The event's type where no column holds it.</summary>
    public string? FixedType { get; init; }

    public string? TypeColumn { get; init; }

    /// <summary>The event time where no column holds it, in microseconds since 1970 UTC.</summary>
    public long? FixedTime { get; init; }

    public string? TimeColumn { get; init; }

    /// <summary>The created time of every event where no column holds it; null for none.</summary>
    public long? FixedCreated { get; init; }

    /// <summary>Null, or a column that a file need not have.</summary>
    public string? CreatedColumn { get; init; }

    public string? IdColumn { get; init; }

    /// <summary>Every column that may hold a join key.</summary>
    public required IReadOnlyList<KeyColumn> Keys { get; init; }

    /// <summary>The join keys that belong together: one of these sets must be whole. Empty where nothing says which columns hold the entity.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> KeySets { get; init; }

    public required IReadOnlyList<FieldColumn> Fields { get; init; }

    /// <summary>Fields that a file must have a column for: a row that replaces a row would silently empty what it leaves out.</summary>
    public IReadOnlyList<string> RequiredFields { get; init; } = [];

    /// <summary>Whether the join keys that are there make a whole set.</summary>
    public bool HasWholeKey(Func<string, bool> has) => KeySets.Any(set => set.All(has));

    /// <summary>The sets in words, for messages.</summary>
    public string KeysInWords() => KeySets.Count > 0
        ? string.Join(" or ", KeySets.Select(set => string.Join(" with ", set)).Distinct())
        : $"a join key, which --entity must name: no feature view reads source '{Source}'";
}
