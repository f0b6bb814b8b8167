using System.Text;

namespace Appliance.Inference.Tensors;

/// <summary>One input or output of a model as callers see it. Immutable.</summary>
public sealed class TensorSpec
{
    /// <param name="name">The graph's name for it.</param>
    /// <param name="datatype">Its element type.</param>
    /// <param name="dims">Its dimensions without the batch dimension; -1 where any size is taken; null where the graph does not say how many there are.</param>
    /// <param name="batched">Whether callers put a batch dimension in front of <paramref name="dims"/>.</param>
    /// <param name="graphDims">The dimensions the graph wants, again without the batch dimension, where a reshape makes them differ.</param>
    /// <param name="optional">Whether a request may leave it out.</param>
    public TensorSpec(string name, Datatype datatype, long[]? dims, bool batched, long[]? graphDims = null, bool optional = false)
    {
        Name = name;
        Utf8Name = Encoding.UTF8.GetBytes(name);
        Datatype = datatype;
        Dims = dims;
        GraphDims = graphDims ?? dims;
        Batched = batched;
        Optional = optional;
        RowElements = ElementsOf(dims);
        Shape = dims is null ? [-1] : batched ? [-1, .. dims] : dims;
    }

    public string Name { get; }
    public byte[] Utf8Name { get; }
    public Datatype Datatype { get; }
    public long[]? Dims { get; }
    public long[]? GraphDims { get; }
    public bool Batched { get; }
    public bool Optional { get; }

    /// <summary>Of an output: the names of its classes by index, UTF-8; null where it has none.</summary>
    public byte[][]? Labels { get; init; }

    /// <summary>The shape that metadata shows: with -1 for the batch dimension, if there is one.</summary>
    public long[] Shape { get; }

    /// <summary>Elements in a row (or in the whole tensor where there is no batch dimension); -1 when a dimension is dynamic.</summary>
    public long RowElements { get; }

    /// <summary>Bytes in a row; -1 when it depends on the request.</summary>
    public long RowBytes => RowElements < 0 || Datatype == Datatype.Bytes ? -1 : RowElements * Datatype.Size();

    /// <summary>Writes the shape of <paramref name="rows"/> rows, which must have no dynamic dimension left; returns the rank.</summary>
    public int WriteShape(int rows, Span<long> shape)
    {
        var dims = Dims!;
        if (!Batched)
        {
            dims.CopyTo(shape);
            return dims.Length;
        }
        shape[0] = rows;
        dims.CopyTo(shape[1..]);
        return dims.Length + 1;
    }

    private static long ElementsOf(long[]? dims)
    {
        if (dims is null) return -1;
        var n = 1L;
        foreach (var d in dims)
        {
            if (d < 0) return -1;
            n = checked(n * d);
        }
        return n;
    }
}
