using System.Globalization;
using System.IO.Compression;
using System.Text;
using Appliance.Host.Cli.Events;
using FeatureModel.Values;

namespace Appliance.Host.Tests.Cli.Events;

/// <summary>
/// Visits of members to shops in the order of their times, many of them more than once, and the many ways in which a file may write them: quotes, CRLF, blank
/// lines, times in any form, members of an object in any order. Seeded.
/// </summary>
internal sealed class VisitFile
{
    private static readonly DateTime Begin = new(2025, 1, 30, 8, 0, 0, DateTimeKind.Utc);

    private readonly Random _random;
    private readonly List<Visit> _lines = [];

    public VisitFile(int seed, int lines, bool hasIds)
    {
        _random = new Random(seed);
        for (var i = 0; i < lines; i++)
        {
            // A line of one of the last moments once more, or a new one.
            var again = i > 0 && _random.Next(3) == 0 ? _lines[_random.Next(Math.Max(0, i - 5), i)] : null;
            _lines.Add(again ?? NewVisit(i, hasIds && _random.Next(3) == 0 ? $"visit \"{i}\"" : null));
        }
    }

    public sealed record Visit(string? Id, DateTime At, long Member, string? Shop, string What, double? Spent, string? Note);

    public IReadOnlyList<Visit> Lines => _lines;

    /// <summary>What the columns are, as definitions of them would have it.</summary>
    public static RowShape Shape { get; } = new()
    {
        Source = "visits",
        TimeColumn = "at",
        TypeColumn = "what",
        IdColumn = "no",
        Keys = [new("member_id", "member_id", FeatureDataType.Int64), new("shop_id", "shop_id", FeatureDataType.String)],
        KeySets = [["member_id"], ["shop_id"]],
        Fields = [new("spent", FeatureDataType.Double), new("note", FeatureDataType.String)],
    };

    /// <summary>How many events the first lines are: each line one, but for those with an id that came before.</summary>
    public int Events(int lines) => _lines.Take(lines).Count(v => v.Id is null) + _lines.Take(lines).Where(v => v.Id is not null).DistinctBy(v => v.Id).Count();

    /// <summary>Events of each member among the lines.</summary>
    public Dictionary<long, int> ByMember() => Counted().GroupBy(v => v.Member).ToDictionary(g => g.Key, g => g.Count());

    /// <summary>Events of each shop among the lines.</summary>
    public Dictionary<string, int> ByShop() => Counted().Where(v => v.Shop is not null).GroupBy(v => v.Shop!).ToDictionary(g => g.Key, g => g.Count());

    /// <summary>Writes the first lines; what kind of file it is follows from its name.</summary>
    public void Write(string path, int lines, bool asEvents = false)
    {
        var text = new StringBuilder();
        var isTable = path.Contains(".csv", StringComparison.Ordinal);
        if (isTable) text.Append("no,at,member_id,shop_id,what,spent,note,more").Append(End());
        foreach (var visit in _lines.Take(lines))
        {
            if (_random.Next(8) == 0) text.Append(End());
            text.Append(isTable ? Row(visit) : asEvents ? Event(visit) : Object(visit)).Append(End());
        }
        using Stream file = File.Create(path);
        using var bytes = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        bytes.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private IEnumerable<Visit> Counted() => _lines.Where(v => v.Id is null).Concat(_lines.Where(v => v.Id is not null).DistinctBy(v => v.Id));

    private Visit NewVisit(int line, string? id) => new(
        id,
        Begin.AddSeconds(line * 7).AddMilliseconds(_random.Next(3)),
        _random.Next(1, 6),
        _random.Next(3) == 0 ? null : $"s{_random.Next(1, 4)}",
        _random.Next(2) == 0 ? "buy" : "look",
        _random.Next(2) == 0 ? null : _random.Next(1000) / 4.0,
        _random.Next(4) switch { 0 => "one, \"two\"", 1 => "东店", 2 => null, _ => "plain" });

    private string Row(Visit visit) => string.Join(',', Cell(visit.Id), Cell(Time(visit)), Cell(Text(visit.Member)), Cell(visit.Shop), Cell(visit.What), Cell(Number(visit)), Cell(visit.Note), "x");

    private string Object(Visit visit)
    {
        string[] members =
        [
            $"\"no\":{Json(visit.Id)}", $"\"at\":{(Time(visit) is var at && at.Contains(':', StringComparison.Ordinal) ? Json(at) : at)}", $"\"member_id\":{Text(visit.Member)}", $"\"what\":\"{visit.What}\"", $"\"more\":[1]",
            .. visit.Shop is null ? Array.Empty<string>() : [$"\"shop_id\":\"{visit.Shop}\""], $"\"spent\":{Number(visit) ?? "null"}", $"\"note\":{Json(visit.Note)}",
        ];
        _random.Shuffle(members);
        return $"{{{string.Join(", ", members)}}}";
    }

    // Data without spaces: it counts byte for byte.
    private string Event(Visit visit)
    {
        string[] keys = [$"\"member_id\":{Text(visit.Member)}", .. visit.Shop is null ? Array.Empty<string>() : [$"\"shop_id\":\"{visit.Shop}\""]];
        _random.Shuffle(keys);
        var time = _random.Next(2) == 0 ? $"{visit.At:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}" : $"{visit.At.AddHours(8):yyyy-MM-dd'T'HH:mm:ss.fff}+08:00";
        string[] members =
        [
            .. visit.Id is null ? Array.Empty<string>() : [$"\"id\":{Json(visit.Id)}"], "\"source\":\"visits\"", $"\"type\":\"{visit.What}\"", $"\"entity\":{{ {string.Join(", ", keys)} }}", $"\"time\":\"{time}\"",
            $"\"data\":{{\"spent\":{Number(visit) ?? "null"},\"note\":{Json(visit.Note)}}}",
        ];
        _random.Shuffle(members);
        return $" {{{string.Join(" , ", members)}}} ";
    }

    private string Time(Visit visit) => _random.Next(4) switch
    {
        0 => $"{visit.At:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}",
        1 => $"{visit.At.AddHours(8):yyyy-MM-dd HH:mm:ss.fff}+08:00",
        2 => $"{visit.At:yyyy-MM-dd HH:mm:ss.fff}",
        _ => Text(new DateTimeOffset(visit.At).ToUnixTimeMilliseconds()),
    };

    private string Cell(string? text) => text is null ? ""
        : text.AsSpan().ContainsAny(',', '"') || _random.Next(5) == 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text;

    private string End() => _random.Next(2) == 0 ? "\r\n" : "\n";

    private static string? Number(Visit visit) => visit.Spent?.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Json(string? text) => text is null ? "null" : $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
