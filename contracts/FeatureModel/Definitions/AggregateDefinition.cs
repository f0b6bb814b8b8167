namespace FeatureModel.Definitions;

/// <summary>How a stream feature is made of an entity's events: a function over a sliding window.</summary>
public sealed class AggregateDefinition
{
    /// <summary>count, sum, min, max, mean, last, distinct or decayed.</summary>
    public string Function { get; set; } = "";

    /// <summary>The event's field that the function takes. Without one, count counts every event, and decayed weighs each as 1.</summary>
    public string? Field { get; set; }

    /// <summary>Only events for which this expression over <c>type</c> and the source's fields is true. Absent: all.</summary>
    public string? Where { get; set; }

    /// <summary>Length of the window, <c>1m</c> to <c>90d</c>; none for decayed.</summary>
    public string? Window { get; set; }

    /// <summary>For decayed: the time after which an event's weight is one half.</summary>
    public string? HalfLife { get; set; }
}
