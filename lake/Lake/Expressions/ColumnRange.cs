namespace Lake.Expressions;

/// <summary>What is known of a column's values in some rows. <see cref="Unknown"/> says nothing.</summary>
/// <param name="Lower">No value (NaN aside) is below; null where that is not known.</param>
/// <param name="Upper">No value (NaN aside) is above; null where that is not known.</param>
/// <param name="MayBeNull">A row may be null.</param>
/// <param name="MayHaveValue">A row may have a value that is not NaN.</param>
/// <param name="MayBeNaN">A row may be NaN.</param>
public readonly record struct ColumnRange(object? Lower, object? Upper, bool MayBeNull, bool MayHaveValue, bool MayBeNaN)
{
    public static readonly ColumnRange Unknown = new(null, null, true, true, true);

    public static readonly ColumnRange AllNull = new(null, null, true, false, false);
}
