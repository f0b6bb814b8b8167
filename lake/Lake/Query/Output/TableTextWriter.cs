using System.Text;
using Apache.Arrow;

namespace Lake.Query.Output;

/// <summary>Columns as wide as the first rows need; those after are cut to them.</summary>
internal sealed class TableTextWriter : TextRowWriter
{
    /// <summary>Rows that are looked at for the widths.</summary>
    private const int Measured = 1000;

    /// <summary>Cells of a column at most; longer texts end with an ellipsis.</summary>
    private const int MaxWidth = 60;

    private readonly string[] _names;
    private readonly bool[] _isNumber;
    private readonly List<string[]> _first = [];
    private int[]? _widths;

    public TableTextWriter(Schema schema, Stream stream)
        : base(stream) => (_names, _isNumber) = ([.. schema.FieldsList.Select(f => f.Name)], [.. schema.FieldsList.Select(f => ArrowText.IsNumber(f.DataType))]);

    public override async ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellation)
    {
        for (var row = 0; row < batch.Length; row++)
        {
            var texts = new string[_names.Length];
            // One row is one line, whatever is in it.
            for (var i = 0; i < texts.Length; i++) texts[i] = Cut(Line(ArrowText.Of(batch.Column(i), row) ?? "null"), MaxWidth);
            if (_widths is null) _first.Add(texts);
            else AppendRow(texts, _widths);
            if (_widths is null && _first.Count == Measured) Start();
            await FlushIfFullAsync(cancellation);
        }
    }

    public override ValueTask FinishAsync(CancellationToken cancellation)
    {
        if (_widths is null) Start();
        return base.FinishAsync(cancellation);
    }

    private void Start()
    {
        var names = _names.Select(n => Cut(Line(n), MaxWidth)).ToArray();
        var widths = _widths = [.. names.Select((n, i) => _first.Select(r => TextWidth.Of(r[i])).Append(TextWidth.Of(n)).Max())];
        AppendRow(names, widths);
        Append(string.Join("  ", widths.Select(w => new string('-', w))) + "\n");
        foreach (var row in _first) AppendRow(row, widths);
        _first.Clear();
    }

    private void AppendRow(string[] texts, int[] widths)
    {
        var line = new StringBuilder();
        for (var i = 0; i < texts.Length; i++)
        {
            var text = Cut(texts[i], widths[i]);
            var blanks = new string(' ', widths[i] - TextWidth.Of(text));
            line.Append(i == 0 ? "" : "  ").Append(_isNumber[i] ? blanks + text : text + blanks);
        }
        Append(line.ToString().TrimEnd() + "\n");
    }

    private static string Line(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 ? text : string.Concat(text.Select(c => c < ' ' ? ' ' : c));

    private static string Cut(string text, int width)
    {
        if (TextWidth.Of(text) <= width) return text;
        var kept = new StringBuilder();
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (used + TextWidth.Of(rune) > width - 1) break;
            used += TextWidth.Of(rune);
            kept.Append(rune);
        }
        return kept.Append('…').ToString();
    }
}
