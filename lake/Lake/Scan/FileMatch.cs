using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Types;
using Lake.Values;

namespace Lake.Scan;

/// <summary>How many rows of a file, or of a manifest's files, a filter matches, by bounds, counts and partitions. Pure.</summary>
internal static class FileMatch
{
    public static Match Of(TableMetadata metadata, DataFile file, BoundFilter filter)
    {
        var partition = PartitionRanges.Of(metadata.Spec(file.SpecId), metadata.PartitionType(file.SpecId));
        return RangeEvaluator.Evaluate(filter, p => Narrow(Range(file, p), partition.Of(p, file.Partition)), p => partition.Excludes(p, file.Partition));
    }

    public static Match Of(TableMetadata metadata, ManifestFile manifest, BoundFilter filter)
    {
        if (manifest.Partitions is not { } summaries) return Match.Some;
        var partition = PartitionRanges.Of(metadata.Spec(manifest.SpecId), metadata.PartitionType(manifest.SpecId));
        return RangeEvaluator.Evaluate(filter, p => partition.Of(p, summaries));
    }

    private static ColumnRange Range(DataFile file, BoundFilter.Predicate p)
    {
        var id = p.Field.Id;
        var hasCounts = file.ValueCounts.TryGet(id, out var values);
        var hasNulls = file.NullValueCounts.TryGet(id, out var nulls);
        if (hasCounts && hasNulls && values == nulls) return file.RecordCount == 0 ? new ColumnRange(null, null, false, false, false) : ColumnRange.AllNull;
        var isFloat = p.Type.Kind is TypeKind.Float or TypeKind.Double;
        var hasNaNs = file.NanValueCounts.TryGet(id, out var nans);
        var lower = file.LowerBounds.TryGet(id, out var low) ? SingleValue.Decode(p.Type, low) : null;
        var upper = file.UpperBounds.TryGet(id, out var high) ? SingleValue.Decode(p.Type, high) : null;
        return new ColumnRange(
            lower,
            upper,
            !hasNulls || nulls > 0,
            !(isFloat && hasCounts && hasNulls && hasNaNs && values == nulls + nans),
            isFloat && (!hasNaNs || nans > 0));
    }

    // Both are true: what one knows more of is kept.
    private static ColumnRange Narrow(ColumnRange file, ColumnRange partition) => new(
        file.Lower ?? partition.Lower,
        file.Upper ?? partition.Upper,
        file.MayBeNull && partition.MayBeNull,
        file.MayHaveValue && partition.MayHaveValue,
        file.MayBeNaN && partition.MayBeNaN);
}
