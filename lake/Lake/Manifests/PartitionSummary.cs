using Lake.Types;
using Lake.Values;

namespace Lake.Manifests;

/// <summary>Makes the summaries of partition values that a manifest list keeps. Pure.</summary>
internal static class PartitionSummary
{
    public static IReadOnlyList<FieldSummary> Of(StructType partition, IEnumerable<PartitionTuple> tuples)
    {
        var count = partition.Fields.Count;
        var (nulls, nans, lower, upper) = (new bool[count], new bool[count], new object?[count], new object?[count]);
        foreach (var tuple in tuples)
        {
            for (var i = 0; i < count; i++)
            {
                var type = (PrimitiveType)partition.Fields[i].Type;
                if (tuple.Values[i] is not { } own) nulls[i] = true;
                else if (SingleValue.IsNaN(own)) nans[i] = true;
                else
                {
                    // A file that was written before its partition's column was widened may be committed after.
                    var value = SingleValue.Fit(type, own);
                    if (lower[i] is not { } low || SingleValue.Compare(type, value, low) < 0) lower[i] = value;
                    if (upper[i] is not { } high || SingleValue.Compare(type, value, high) > 0) upper[i] = value;
                }
            }
        }
        var summaries = new FieldSummary[count];
        for (var i = 0; i < count; i++)
        {
            var type = (PrimitiveType)partition.Fields[i].Type;
            summaries[i] = new FieldSummary(nulls[i], nans[i], lower[i] is { } low ? SingleValue.Encode(type, low) : null, upper[i] is { } high ? SingleValue.Encode(type, high) : null);
        }
        return summaries;
    }
}
