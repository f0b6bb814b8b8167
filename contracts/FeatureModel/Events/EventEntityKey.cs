using System.Text;

namespace FeatureModel.Events;

/// <summary>One join key of an event's entity, seen in the event's record: its name and either a whole number or a text.</summary>
public readonly ref struct EventEntityKey
{
    internal EventEntityKey(ReadOnlySpan<byte> name, long number)
    {
        Name = name;
        Number = number;
    }

    internal EventEntityKey(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        Name = name;
        Text = text;
        IsText = true;
    }

    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Name { get; }

    public bool IsText { get; }

    /// <summary>0 where it is a text.</summary>
    public long Number { get; }

    /// <summary>UTF-8; empty where it is a number.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>A copy that outlives the record.</summary>
    public EventEntity ToEntity() => IsText
        ? new EventEntity(Encoding.UTF8.GetString(Name), Encoding.UTF8.GetString(Text))
        : new EventEntity(Encoding.UTF8.GetString(Name), Number);
}
