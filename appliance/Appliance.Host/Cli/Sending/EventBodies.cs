using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Appliance.Host.Cli.Events;
using Appliance.Host.Cli.Files;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Sending;

/// <summary>Makes bodies of the events of one file, in their order. Owned by one thread; disposing it closes the file.</summary>
/// <param name="clocks">One for each source, kept from file to file; rows have none.</param>
/// <param name="now">Microseconds since 1970 UTC.</param>
internal sealed class EventBodies(EventFile file, IReadOnlyDictionary<string, SourceClock> clocks, long now, int eventsPerBody) : IDisposable
{
    /// <summary>Bytes at which a body is sent whatever its events. 4 MiB: a sixteenth of what a request may have.</summary>
    private const int FullBytes = 4 << 20;

    private static readonly JsonWriterOptions Plain = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly EventRecordBuffer _event = new();
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
            _event.Clear();
            var status = file.Read(_event);
            if (status == LineStatus.Wrong) Fault = file.Fault;
            else if (status == LineStatus.Read) Fault = Add(body ??= new OutgoingBody(file.Path));
            else _ended = true;
            if (Fault is not null) break;
        }
        if (body is not { Count: > 0 }) return null;
        body.Newest = _newest = Math.Max(_newest, body.Newest);
        return body;
    }

    /// <summary>What whoever sends the file should know of its columns.</summary>
    public IEnumerable<string> Notes => file.Notes;

    /// <summary>Whether everything has been read.</summary>
    public bool HasEnded => _ended;

    public void Dispose()
    {
        _json.Dispose();
        _event.Dispose();
        file.Dispose();
    }

    private LineFault? Add(OutgoingBody body)
    {
        EventRecord.TryParse(_event.Bytes, out var record);
        var source = Encoding.UTF8.GetString(record.Source);
        if (!record.IsRow && clocks.TryGetValue(source, out var clock) && clock.Check(record.EventTime, now) is { } rule)
        {
            return new(file.Path, file.Line, "time", Rfc3339.ToText(record.EventTime), rule);
        }
        _text.ResetWrittenCount();
        _json.Reset(_text);
        EventJsonWriter.Write(_json, record);
        _json.Flush();
        body.Add(_text.WrittenSpan, file.Line, record.EventTime);
        return null;
    }
}
