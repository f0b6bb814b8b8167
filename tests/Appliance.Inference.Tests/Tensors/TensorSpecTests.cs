using Appliance.Inference.Tensors;

namespace Appliance.Inference.Tests.Tensors;

public sealed class TensorSpecTests
{
    [Fact]
    public void A_batched_tensor_shows_a_batch_dimension_and_counts_without_it()
    {
        var spec = new TensorSpec("x", Datatype.FP32, [3, 4], batched: true);
        Assert.Equal([-1L, 3, 4], spec.Shape);
        Assert.Equal((12L, 48L), (spec.RowElements, spec.RowBytes));
    }

    [Fact]
    public void An_unbatched_tensor_shows_its_own_dimensions()
    {
        var spec = new TensorSpec("x", Datatype.Int64, [3, 4], batched: false);
        Assert.Equal([3L, 4], spec.Shape);
        Assert.Equal((12L, 96L), (spec.RowElements, spec.RowBytes));
    }

    [Fact]
    public void A_scalar_row_has_one_element()
    {
        Assert.Equal(1, new TensorSpec("x", Datatype.FP32, [], batched: false).RowElements);
        Assert.Equal([-1L], new TensorSpec("x", Datatype.FP32, [], batched: true).Shape);
    }

    [Fact]
    public void A_dimension_of_zero_leaves_no_elements() => Assert.Equal(0, new TensorSpec("x", Datatype.FP32, [4, 0], batched: false).RowBytes);

    [Fact]
    public void A_dynamic_dimension_leaves_the_row_size_open()
    {
        var spec = new TensorSpec("x", Datatype.FP32, [-1, 0], batched: true);
        Assert.Equal((-1L, -1L), (spec.RowElements, spec.RowBytes));
    }

    [Fact]
    public void Strings_have_no_row_size_though_they_have_a_count()
    {
        var spec = new TensorSpec("x", Datatype.Bytes, [2], batched: true);
        Assert.Equal((2L, -1L), (spec.RowElements, spec.RowBytes));
    }

    [Fact]
    public void An_unknown_rank_is_shown_as_one_dynamic_dimension()
    {
        var spec = new TensorSpec("x", Datatype.FP32, dims: null, batched: false);
        Assert.Equal([-1L], spec.Shape);
        Assert.Equal(-1, spec.RowElements);
    }

    [Theory]
    [InlineData(true, new long[] { 5, 2, 3 })]
    [InlineData(false, new long[] { 2, 3 })]
    public void The_shape_of_some_rows_is_written_with_the_rows_in_front_where_there_is_a_batch_dimension(bool batched, long[] expected)
    {
        Span<long> shape = stackalloc long[8];
        var rank = new TensorSpec("x", Datatype.FP32, [2, 3], batched).WriteShape(5, shape);
        Assert.Equal(expected, shape[..rank].ToArray());
    }

    [Fact]
    public void The_graph_wants_the_same_dimensions_unless_a_reshape_says_otherwise()
    {
        var plain = new TensorSpec("x", Datatype.FP32, [2, 3], batched: true);
        Assert.Same(plain.Dims, plain.GraphDims);
        Assert.Equal([6L], new TensorSpec("x", Datatype.FP32, [2, 3], batched: true, graphDims: [6]).GraphDims!);
    }
}
