using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Appliance.Host.Cli.Files;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Sending;

/// <summary>Makes bodies of the events of one file, in their order. Owned by one thread; disposing it closes the file.</summary>
/// <param name="clocks">One for each source, kept from file to file; rows have none.</param>
/// <param name="shift">Microseconds that all times are moved by; null to leave them.</param>
/// <param name="now">Microseconds since 1970 UTC.</param>
internal sealed class EventBodies(IEventReader reader, IReadOnlyDictionary<string, SourceClock> clocks, long? shift, long now, int eventsPerBody) : IDisposable
{
    /// <summary>Bytes at which a body is sent whatever its events. 4 MiB: a sixteenth of what a request may have.</summary>
    private const int FullBytes = 4 << 20;

    private static readonly JsonWriterOptions Plain = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly EventIdentity _identity = new();
    private readonly EventRecordBuffer _read = new();
    private readonly EventRecordBuffer _sent = new();
    private readonly ArrayBufferWriter<byte> _text = new(1024);
    private readonly Utf8JsonWriter _json = new(Stream.Null, Plain);
    private long _newest = long.MinValue;
    private bool _ended;

    /// <summary>What is wrong with the line that the last body ends before; null where it is full, or the file at its end.</summary>
    public LineFault? Fault { get; private set; }

    /// <summary>The next body, which ends at a wrong line; null at the end of the file, or where the wrong line comes first.</summary>
    public OutgoingBody? Next()
    {
        Fault = null;
        OutgoingBody? body = null;
        while (!_ended && (body is null || (body.Count < eventsPerBody && body.Bytes.Length < FullBytes)))
        {
            _read.Clear();
            var status = reader.Read(_read);
            if (status == LineStatus.Wrong) Fault = reader.Fault;
            else if (status == LineStatus.Read) Fault = Add(body ??= new OutgoingBody(reader.Path));
            else _ended = true;
            if (Fault is not null) break;
        }
        if (body is not { Count: > 0 }) return null;
        body.Newest = _newest = Math.Max(_newest, body.Newest);
        return body;
    }

    /// <summary>What whoever sends the file should know of its columns.</summary>
    public IEnumerable<string> Notes => reader.Notes;

    /// <summary>Whether everything has been read.</summary>
    public bool HasEnded => _ended;

    public void Dispose()
    {
        _json.Dispose();
        _read.Dispose();
        _sent.Dispose();
        reader.Dispose();
    }

    private LineFault? Add(OutgoingBody body)
    {
        EventRecord.TryParse(_read.Bytes, out var record);
        var time = record.EventTime + (shift ?? 0);
        var source = Encoding.UTF8.GetString(record.Source);
        if (!record.IsRow && clocks.TryGetValue(source, out var clock) && clock.Check(time, now) is { } rule)
        {
            return new(reader.Path, reader.Line, "time", Rfc3339.ToText(time), rule);
        }
        var id = _identity.Of(record, isMoved: shift is not null);
        _text.ResetWrittenCount();
        _json.Reset(_text);
        if (id is null && shift is null) EventJsonWriter.Write(_json, record);
        else EventJsonWriter.Write(_json, WithIdAndTime(record, id, time));
        _json.Flush();
        body.Add(_text.WrittenSpan, reader.Line, time);
        return null;
    }

    private EventRecord WithIdAndTime(EventRecord record, string? id, long time)
    {
        Span<byte> given = stackalloc byte[EventIdentity.MaxLength];
        _sent.Clear();
        _sent.Add(new EventParts
        {
            EventTime = time,
            CreatedTime = record.HasCreatedTime ? record.CreatedTime + (shift ?? 0) : null,
            Source = record.Source,
            GivenId = id is null ? record.GivenId : given[..Encoding.UTF8.GetBytes(id, given)],
            Type = record.Type,
            Entity = record.EntitySection,
            EntityKeyCount = record.EntityKeyCount,
            Data = record.Data,
        });
        EventRecord.TryParse(_sent.Bytes, out var moved);
        return moved;
    }
}
