// Hot path: every event of a file passes here.
using System.Text;
using Appliance.Host.Cli.Files;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Events;

/// <summary>
/// The events of one file in their order, each under the id that it is known by, whichever command reads the file. Owned by one thread; disposing it
/// closes the file.
/// </summary>
/// <param name="shift">Microseconds that all times are moved by; null to leave them.</param>
internal sealed class EventFile(IEventReader reader, long? shift) : IDisposable
{
    private readonly EventIdentity _identity = new();
    private readonly EventRecordBuffer _read = new();

    public string Path => reader.Path;

    /// <summary>The line on which the last event begins, from 1.</summary>
    public int Line => reader.Line;

    /// <summary>What is wrong with the last line.</summary>
    public LineFault? Fault => reader.Fault;

    /// <summary>What whoever reads the file should know of its columns.</summary>
    public IEnumerable<string> Notes => reader.Notes;

    /// <summary>Adds the next event's record, its ingest time 0.</summary>
    /// <exception cref="UnreadableFileException">The file ends where it should not.</exception>
    public LineStatus Read(EventRecordBuffer records)
    {
        _read.Clear();
        var status = reader.Read(_read);
        if (status != LineStatus.Read) return status;
        EventRecord.TryParse(_read.Bytes, out var record);
        scoped var parts = EventParts.Of(record);
        parts.EventTime += shift ?? 0;
        parts.CreatedTime += shift ?? 0;
        Span<byte> given = stackalloc byte[EventIdentity.MaxLength];
        if (_identity.Of(record, isMoved: shift is not null) is { } id) parts.GivenId = given[..Encoding.ASCII.GetBytes(id, given)];
        records.Add(parts);
        return LineStatus.Read;
    }

    public void Dispose()
    {
        _read.Dispose();
        reader.Dispose();
    }
}
