using Appliance.Host.Cli.Files;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Events;

/// <summary>Rows of a file that has one JSON object a line, whose members are the columns. Owned by one thread.</summary>
internal sealed class JsonRowReader : IEventReader
{
    private readonly JsonLines _lines;
    private readonly JsonRowParser _row;

    public JsonRowReader(string path, RowShape shape)
    {
        _lines = new JsonLines(path);
        _row = new JsonRowParser(_lines, shape);
    }

    public string Path => _lines.Path;

    public int Line => _lines.Line;

    public LineFault? Fault { get; private set; }

    public IEnumerable<string> Notes => [];

    public LineStatus Read(EventRecordBuffer records)
    {
        var status = _lines.Read();
        if (status == LineStatus.End) return status;
        Fault = status == LineStatus.Wrong ? _lines.Fault : _row.AddTo(records);
        return Fault is null ? LineStatus.Read : LineStatus.Wrong;
    }

    public void Dispose()
    {
        _row.Dispose();
        _lines.Dispose();
    }
}
