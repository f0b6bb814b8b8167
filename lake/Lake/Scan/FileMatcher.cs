// Hot path: every file of every manifest that a plan reads passes here.
using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Types;
using Lake.Values;

namespace Lake.Scan;

/// <summary>How many rows of a table's files, or of its manifests' files, one filter matches, by bounds, counts and partitions. Used by one thread.</summary>
internal sealed class FileMatcher(TableMetadata metadata, BoundFilter filter)
{
    // A table has few specs, and files of one stand together.
    private readonly Dictionary<int, PartitionRanges> _ranges = [];

    public Match Of(DataFile file)
    {
        if (filter is BoundFilter.Constant constant) return constant.Value ? Match.All : Match.None;
        var partition = RangesOf(file.SpecId);
        return RangeEvaluator.Evaluate(filter, p => Narrow(Range(file, p), partition.Of(p, file.Partition)), p => partition.Excludes(p, file.Partition));
    }

    public Match Of(ManifestFile manifest)
    {
        if (manifest.Partitions is not { } summaries) return Match.Some;
        var partition = RangesOf(manifest.SpecId);
        return RangeEvaluator.Evaluate(filter, p => partition.Of(p, summaries));
    }

    /// <summary>Whether files of a partition may have rows that match, by their partition alone.</summary>
    /// <param name="specId">The partition's spec.</param>
    public Func<PartitionTuple, bool> Partitions(int specId)
    {
        var partition = RangesOf(specId);
        (PartitionTuple? Tuple, bool MayMatch) last = default;
        return tuple =>
        {
            // Neighbours are often of one partition.
            if (!tuple.Equals(last.Tuple)) last = (tuple, RangeEvaluator.Evaluate(filter, p => partition.Of(p, tuple), p => partition.Excludes(p, tuple)) != Match.None);
            return last.MayMatch;
        };
    }

    private PartitionRanges RangesOf(int specId)
    {
        if (!_ranges.TryGetValue(specId, out var ranges)) _ranges[specId] = ranges = PartitionRanges.Of(metadata.Spec(specId), metadata.PartitionType(specId));
        return ranges;
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
