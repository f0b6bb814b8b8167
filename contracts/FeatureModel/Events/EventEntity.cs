namespace FeatureModel.Events;

/// <summary>One join key of an event's entity: its name and either a whole number or a text. Immutable.</summary>
public readonly record struct EventEntity
{
    public EventEntity(string name, long number)
    {
        Name = name;
        Number = number;
    }

    public EventEntity(string name, string text)
    {
        Name = name;
        Text = text;
    }

    public string Name { get; }

    /// <summary>0 where it is a text.</summary>
    public long Number { get; }

    /// <summary>Null where it is a number.</summary>
    public string? Text { get; }
}
