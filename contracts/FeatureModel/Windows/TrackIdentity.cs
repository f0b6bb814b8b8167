namespace FeatureModel.Windows;

/// <summary>
/// A <see cref="TrackKey"/> with names in place of a plan's own numbers. A field counts as the same while it is kept in the same form: int32 may
/// become int64, and float double.
/// </summary>
internal sealed record TrackIdentity(TrackKind Kind, string? Field, WindowFieldKind? FieldKind, string? Filter, long Micros)
{
    public static TrackIdentity Of(TrackKey key, IReadOnlyList<WindowField> fields, IReadOnlyList<string> filters)
    {
        var field = key.Field < 0 ? null : fields[key.Field];
        return new TrackIdentity(key.Kind, field?.Name, field?.Kind, key.Filter < 0 ? null : filters[key.Filter], key.Micros);
    }
}
