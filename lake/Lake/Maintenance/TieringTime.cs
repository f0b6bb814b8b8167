using Lake.Manifests;
using Lake.Metadata;
using Lake.Types;
using Lake.Values;

namespace Lake.Maintenance;

/// <summary>When the time of a partition ends. Pure.</summary>
internal static class TieringTime
{
    private const long MsPerHour = 3_600_000, MsPerDay = 24 * MsPerHour;

    /// <summary>
    /// The end of the span of time that the rows of a partition are of, ms since 1970: that of the first column of which the spec takes a year, month, day, hour or the day or time itself, by the
    /// narrowest of those. Null where the spec has none, or the rows have no time.
    /// </summary>
    public static long? EndMs(PartitionSpec spec, PartitionTuple values, TableMetadata metadata)
    {
        int? source = null;
        long? end = null;
        for (var i = 0; i < spec.Fields.Count; i++)
        {
            var field = spec.Fields[i];
            if ((source is not null && field.SourceId != source) || values.Values[i] is not { } value || EndMs(field, value, metadata) is not { } own) continue;
            source = field.SourceId;
            end = end is { } known ? Math.Min(known, own) : own;
        }
        return end;
    }

    private static long? EndMs(PartitionField field, object value, TableMetadata metadata) => field.Transform.Kind switch
    {
        TransformKind.Year => MonthStartMs(((int)value + 1) * 12),
        TransformKind.Month => MonthStartMs((int)value + 1),
        TransformKind.Day => ((int)value + 1L) * MsPerDay,
        TransformKind.Hour => ((int)value + 1L) * MsPerHour,
        TransformKind.Identity => (value, metadata.Schemas.Select(s => s.Find(field.SourceId)).OfType<NestedField>().LastOrDefault()?.Type.Kind) switch
        {
            (int days, TypeKind.Date) => (days + 1L) * MsPerDay,
            (long micros, TypeKind.Timestamp or TypeKind.TimestampTz) => ValueText.FloorDiv(micros, 1000),
            (long nanos, TypeKind.TimestampNs or TypeKind.TimestampTzNs) => ValueText.FloorDiv(nanos, 1_000_000),
            _ => null,
        },
        _ => null,
    };

    // Months are counted from January 1970; those outside of .NET's calendar are as its first or last.
    private static long MonthStartMs(int month)
    {
        var clamped = Math.Clamp(month + (1969L * 12), 0, (9999L * 12) - 1);
        return new DateTimeOffset((int)(clamped / 12) + 1, (int)(clamped % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    }
}
