namespace Appliance.Inference.Repository;

/// <summary>Arithmetic and text of tensor shapes.</summary>
internal static class Shapes
{
    /// <summary>A dimension of any size.</summary>
    public const long Any = -1;

    public static string Text(IEnumerable<long> shape) => "[" + string.Join(',', shape) + "]";

    /// <summary>The elements of a shape without <see cref="Any"/>; null where they do not fit 63 bits.</summary>
    public static long? ElementCount(IEnumerable<long> shape)
    {
        Int128 count = 1;
        foreach (var dim in shape)
        {
            count *= dim;
            if (count > long.MaxValue)
            {
                // A later 0 still makes it small, but a shape that only just does is nothing that anyone serves.
                return null;
            }
        }
        return (long)count;
    }

    /// <summary>
    /// Why a tensor of one shape cannot be viewed as the other, or null where it can: as many <see cref="Any"/> in both, and between them
    /// as many elements, so that the answer holds whatever sizes come.
    /// </summary>
    public static string? ReshapeProblem(IReadOnlyList<long> dims, IReadOnlyList<long> reshape)
    {
        var (from, to) = (Segments(dims), Segments(reshape));
        if (from is null || to is null)
        {
            return "the shape has too many elements";
        }
        if (from.Count != to.Count)
        {
            return $"dims {Text(dims)} and the reshape have different numbers of -1";
        }
        return from.SequenceEqual(to) ? null : $"dims {Text(dims)} and the reshape have different numbers of elements";
    }

    /// <summary>The element counts before, between and behind the dimensions of any size.</summary>
    private static List<long>? Segments(IReadOnlyList<long> shape)
    {
        List<long> segments = [];
        var start = 0;
        for (var i = 0; i <= shape.Count; i++)
        {
            if (i < shape.Count && shape[i] != Any)
            {
                continue;
            }
            if (ElementCount(shape.Skip(start).Take(i - start)) is not { } count)
            {
                return null;
            }
            segments.Add(count);
            start = i + 1;
        }
        return segments;
    }
}
