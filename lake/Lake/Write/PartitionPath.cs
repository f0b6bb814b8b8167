using System.Globalization;
using System.Text;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Types;
using Lake.Values;

namespace Lake.Write;

/// <summary>Folders of partitions, as Hive has them: <c>country=CN/day=2024-01-02/</c>. For people: readers go by manifests. Pure.</summary>
internal static class PartitionPath
{
    /// <summary>The folders with a slash at the end; empty for a table in one piece.</summary>
    public static string Of(PartitionSpec spec, StructType type, PartitionTuple partition)
    {
        var path = new StringBuilder();
        for (var i = 0; i < spec.Fields.Count; i++)
        {
            var field = spec.Fields[i];
            if (field.Transform.Kind == TransformKind.Void) continue;
            path.Append(Escape(field.Name)).Append('=').Append(Escape(Text(field.Transform, (PrimitiveType)type.Fields[i].Type, partition.Values[i]))).Append('/');
        }
        return path.ToString();
    }

    private static string Text(Transform transform, PrimitiveType type, object? value) => value is null ? "null" : transform.Kind switch
    {
        TransformKind.Year => (1970L + (int)value).ToString("0000", CultureInfo.InvariantCulture),
        TransformKind.Month => Month(CivilCalendar.At(CivilCalendar.FirstDay((int)value))),
        TransformKind.Day => Day((int)value),
        TransformKind.Hour => Hour((int)value),
        _ => ValueText.Write(type, value),
    };

    // The calendar of .NET ends with the year 9999; partitions do not.
    private static string Month((long Year, int Month, int Day) date) => string.Create(CultureInfo.InvariantCulture, $"{date.Year:0000}-{date.Month:00}");

    private static string Day(long days) => string.Create(CultureInfo.InvariantCulture, $"{Month(CivilCalendar.At(days))}-{CivilCalendar.At(days).Day:00}");

    private static string Hour(int hours)
    {
        var days = ValueText.FloorDiv(hours, 24);
        return string.Create(CultureInfo.InvariantCulture, $"{Day(days)}-{hours - (days * 24):00}");
    }

    // Letters and digits of any script stay; what has a meaning in paths or URLs does not.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || (rune.IsAscii && "-_.".Contains((char)rune.Value, StringComparison.Ordinal))) escaped.Append(rune.ToString());
            else escaped.Append(Uri.EscapeDataString(rune.ToString()));
        }
        // A folder of dots alone would be this one or the one above.
        return escaped.Replace(".", "%2E").ToString() is var dots && dots.Replace("%2E", "", StringComparison.Ordinal).Length == 0 ? dots : escaped.Replace("%2E", ".").ToString();
    }
}
