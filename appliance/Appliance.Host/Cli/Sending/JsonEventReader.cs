using System.Text;
using Appliance.Host.Cli.Files;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Sending;

/// <summary>Events of a file that has one a line, as POST /api/events takes them. Owned by one thread.</summary>
/// <param name="source">What every event must have as its source; null for any.</param>
internal sealed class JsonEventReader(string path, string? source) : IEventReader
{
    private readonly JsonLines _lines = new(path);

    public string Path => _lines.Path;

    public int Line => _lines.Line;

    public LineFault? Fault { get; private set; }

    public IEnumerable<string> Notes => [];

    public LineStatus Read(EventRecordBuffer records)
    {
        var status = _lines.Read();
        if (status == LineStatus.Wrong) Fault = _lines.Fault;
        if (status != LineStatus.Read) return status;
        var before = records.Bytes.Length;
        var count = records.Count;
        if (!records.TryAddJson(_lines.Bytes, EventLimits.Default, 0, out var rejection))
        {
            return Refuse(rejection!.Member.Length == 0 ? null : rejection.Member, rejection.Value.Length == 0 ? null : rejection.Value, $"it {rejection.Rule}");
        }
        if (records.Count != count + 1) return Refuse(null, null, "the line must hold one event");
        EventRecord.TryParse(records.Bytes[before..], out var record);
        var from = Encoding.UTF8.GetString(record.Source);
        return source is null || from == source ? LineStatus.Read : Refuse("source", from, $"it must be '{source}', as --source says");
    }

    public void Dispose() => _lines.Dispose();

    private LineStatus Refuse(string? member, string? value, string rule)
    {
        Fault = new(Path, Line, member, value, rule);
        return LineStatus.Wrong;
    }
}
