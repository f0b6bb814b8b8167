namespace FeatureModel.Events;

/// <summary>How large an event may be, and a body of events. Read once by each reader.</summary>
public sealed class EventLimits
{
    /// <summary>The limits of a process that sets none.</summary>
    public static readonly EventLimits Default = new();

    /// <summary>Bytes of one event's JSON at most. 256 KiB: a quarter of a journal page, so that pages stay well filled.</summary>
    public int MaxEventBytes { get; set; } = 256 * 1024;

    /// <summary>Events in one body at most. 100,000: about 20 MB, a second's worth of the rate that the appliance is built for.</summary>
    public int MaxEvents { get; set; } = 100_000;

    /// <summary>Bytes of an id at most; room for a URN with two UUIDs.</summary>
    public int MaxIdBytes { get; set; } = 256;

    /// <summary>Bytes of a source, a type or a join key's name at most; the record counts a join key's name in one byte.</summary>
    public int MaxNameBytes { get; set; } = 128;

    /// <summary>Join keys of one entity at most.</summary>
    public int MaxEntityKeys { get; set; } = 8;

    /// <summary>Bytes of a join key's text at most; longer keys are mistakes, and every row of the store would carry them.</summary>
    public int MaxEntityTextBytes { get; set; } = 1024;

    /// <summary>Levels of objects and arrays in an event's data at most, the data object itself counted.</summary>
    public int MaxDataDepth { get; set; } = 16;
}
