using Lake.Manifests;
using Lake.Types;
using Lake.Values;

namespace Lake.Maintenance;

/// <summary>Decides whether manifests are worth being rewritten: where they are more than their bytes need, or where their partitions overlap, so that plans cannot leave them out. Pure.</summary>
internal sealed class ManifestRewritePolicy(long targetBytes)
{
    /// <param name="manifests">Manifests of one spec and content.</param>
    /// <param name="partition">The partitions' type.</param>
    public bool IsWorthIt(IReadOnlyList<ManifestFile> manifests, StructType partition)
    {
        if (manifests.Count < 2) return false;
        // One more than needed: the last is seldom full.
        if (manifests.Count > ManifestsFor(manifests) + 1) return true;
        if (partition.Fields.Count == 0) return false;
        if (manifests.Any(m => m.Partitions?.Count != partition.Fields.Count)) return true;
        var spans = manifests.Select(m => partition.Fields.Select((f, i) => SpanOf((PrimitiveType)f.Type, m.Partitions![i])).ToArray()).ToList();
        spans.Sort((x, y) => Compare(partition, x, y, s => s.Low) is var order && order != 0 ? order : Compare(partition, x, y, s => s.High));
        return spans.Zip(spans.Skip(1)).Any(pair => Overlap(partition, pair.First, pair.Second));
    }

    /// <summary>Manifests that hold the same in the wanted size.</summary>
    public int ManifestsFor(IReadOnlyList<ManifestFile> manifests) => (int)Math.Max(1, (manifests.Sum(m => m.Length) + targetBytes - 1) / targetBytes);

    /// <summary>Orders partitions field by field, null first.</summary>
    public static int Compare(StructType partition, PartitionTuple left, PartitionTuple right)
    {
        for (var i = 0; i < partition.Fields.Count; i++)
        {
            var order = Compare((PrimitiveType)partition.Fields[i].Type, left.Values[i], right.Values[i]);
            if (order != 0) return order;
        }
        return 0;
    }

    // Partitions that were put in order meet in one value of a field at most, after fields of which both have that value alone.
    private static bool Overlap(StructType partition, (object? Low, object? High)[] left, (object? Low, object? High)[] right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            var type = (PrimitiveType)partition.Fields[i].Type;
            var order = Compare(type, left[i].High, right[i].Low);
            if (order > 0) return true;
            if (order < 0 || Compare(type, left[i].Low, left[i].High) != 0 || Compare(type, right[i].Low, right[i].High) != 0) return false;
        }
        return false;
    }

    private static (object? Low, object? High) SpanOf(PrimitiveType type, FieldSummary summary)
    {
        var low = summary.LowerBound is { } lower ? SingleValue.Decode(type, lower) : null;
        var high = summary.UpperBound is { } upper ? SingleValue.Decode(type, upper) : null;
        var nan = summary.ContainsNaN != true ? null : type.Kind switch { TypeKind.Float => (object)float.NaN, TypeKind.Double => double.NaN, _ => null };
        return (summary.ContainsNull ? null : low ?? nan, nan ?? high);
    }

    private static int Compare(StructType partition, (object? Low, object? High)[] left, (object? Low, object? High)[] right, Func<(object? Low, object? High), object?> of)
    {
        for (var i = 0; i < left.Length; i++)
        {
            var order = Compare((PrimitiveType)partition.Fields[i].Type, of(left[i]), of(right[i]));
            if (order != 0) return order;
        }
        return 0;
    }

    // A file that was written before its partition's column was widened has a value of the narrow type.
    private static int Compare(PrimitiveType type, object? left, object? right) =>
        left is null || right is null ? (left is not null).CompareTo(right is not null) : SingleValue.Compare(type, SingleValue.Fit(type, left), SingleValue.Fit(type, right));
}
