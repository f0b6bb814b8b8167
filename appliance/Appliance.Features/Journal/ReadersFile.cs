namespace Appliance.Features.Journal;

/// <summary>What the journal writes down beside its records, as JSON.</summary>
internal sealed class ReadersFile
{
    public const string Name = "readers.json";

    /// <summary>Up to where the journal was durable when this was written.</summary>
    public long Durable { get; set; }

    /// <summary>By name.</summary>
    public Dictionary<string, ReaderEntry> Readers { get; set; } = [];
}
