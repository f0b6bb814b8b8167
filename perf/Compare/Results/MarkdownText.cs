using System.Globalization;
using System.Text;
using Compare.Machine;

namespace Compare.Results;

/// <summary>Lines and tables of Markdown, with numbers written the same everywhere. Not thread-safe.</summary>
internal sealed class MarkdownText
{
    private readonly StringBuilder _text = new();

    public void Line(FormattableString line) => _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    public void Heading(string title) => Line($"\n## {title}\n");

    /// <summary>A table's first two lines; the first column is text, the others are numbers.</summary>
    public void Header(params string[] columns) =>
        _text.Append("| ").AppendJoin(" | ", columns).Append(" |\n|---").AppendJoin("", Enumerable.Repeat("|--:", columns.Length - 1)).Append("|\n");

    /// <summary>Where and from what source a result comes.</summary>
    public void Origin(SourceState source, MachineFacts machine, DateTimeOffset date)
    {
        Line($"Commit {source.Commit}{(source.IsDirty ? " with changes" : "")}, {date:yyyy-MM-dd HH:mm} UTC.");
        Line($"{machine.ToString()}; load average {machine.LoadAverageAtStart} at the start, {machine.LoadAverageAtEnd} at the end.");
    }

    public override string ToString() => _text.ToString();
}
