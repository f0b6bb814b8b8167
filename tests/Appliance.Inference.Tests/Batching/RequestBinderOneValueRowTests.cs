using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

/// <summary>Inputs of one value a row, for which the graph has no dimension beside the batch's: clients write them as [N] and as [N,1].</summary>
public sealed class RequestBinderOneValueRowTests
{
    private static readonly ModelSignature OneValue = SignatureBuilder.Batched(4).Input("x", Datatype.FP32).Output("y", Datatype.FP32).Build();

    private static readonly ModelSignature WithOther = SignatureBuilder.Batched(4)
        .Input("x", Datatype.FP32).Input("wide", Datatype.FP32, 2).Output("y", Datatype.FP32).Build();

    [Theory]
    [InlineData(new long[] { 3 }, 3)]
    [InlineData(new long[] { 3, 1 }, 3)]
    [InlineData(new long[] { 1 }, 1)]
    [InlineData(new long[] { 1, 1 }, 1)]
    [InlineData(new long[] { 0 }, 0)]
    [InlineData(new long[] { 0, 1 }, 0)]
    public void Both_forms_are_taken_and_go_to_the_graph_as_it_has_them(long[] shape, int rows)
    {
        var entry = new EntryBuilder().Floats("x", shape, new float[rows]).Build();
        Assert.Equal(ScoreStatus.Ok, RequestBinder.Bind(entry, OneValue, "m"));
        Assert.Equal(rows, entry.Rows);
        Assert.Equal([(long)rows], entry.ShapeOf(entry.Inputs[0]).ToArray());
        Assert.Equal(rows * sizeof(float), entry.Inputs[0].RawBytes);
    }

    [Theory]
    [InlineData(new long[] { 3, 2 }, 6, "[3,2]")]
    [InlineData(new long[] { 3, 0 }, 0, "[3,0]")]
    [InlineData(new long[] { 3, -1 }, 3, "[3,-1]")]
    [InlineData(new long[] { 3, 1, 1 }, 3, "[3,1,1]")]
    [InlineData(new long[] { }, 1, "[]")]
    [InlineData(new long[] { -1 }, 1, "[-1]")]
    public void Any_other_form_is_refused(long[] shape, int values, string got)
    {
        var entry = new EntryBuilder().Floats("x", shape, new float[values]).Build();
        Assert.Equal(ScoreStatus.InvalidArgument, RequestBinder.Bind(entry, OneValue, "m"));
        Assert.Equal(("x", $"unexpected shape for input 'x' for model 'm'. Expected [-1], got {got}."), (entry.ErrorField, entry.Error));
    }

    [Fact]
    public void A_negative_number_of_rows_is_refused_in_the_longer_form_too()
    {
        var entry = new EntryBuilder().Floats("x", [-1, 1], 1).Build();
        Assert.Equal(ScoreStatus.InvalidArgument, RequestBinder.Bind(entry, OneValue, "m"));
    }

    [Fact]
    public void Rows_are_still_compared_with_those_of_the_other_inputs()
    {
        var entry = new EntryBuilder().Floats("wide", [2, 2], new float[4]).Floats("x", [3, 1], new float[3]).Build();
        Assert.Equal(ScoreStatus.InvalidArgument, RequestBinder.Bind(entry, WithOther, "m"));
        Assert.Equal("input 'x' batch size does not match other inputs for 'm': 3 and 2", entry.Error);
    }

    [Fact]
    public void The_shape_of_an_input_behind_it_is_left_alone()
    {
        var entry = new EntryBuilder().Floats("x", [2, 1], new float[2]).Floats("wide", [2, 2], new float[4]).Build();
        Assert.Equal(ScoreStatus.Ok, RequestBinder.Bind(entry, WithOther, "m"));
        Assert.Equal([2L, 2], entry.ShapeOf(entry.Inputs[1]).ToArray());
    }

    [Fact]
    public void Where_rows_are_not_counted_a_scalar_stays_a_scalar()
    {
        var entry = new EntryBuilder().Floats("x", [1, 1], 1).Build();
        Assert.Equal(ScoreStatus.InvalidArgument, RequestBinder.Bind(entry, SignatureBuilder.Echo(0, Datatype.FP32), "m"));
    }

    [Fact]
    public async Task Requests_of_both_forms_run_in_one_batch()
    {
        var rig = new BatcherRig(OneValue);
        var first = await rig.OccupyAsync(rowDims: []);
        BatchEntry[] entries = [rig.Entry("short", rows: 2, value: 5, rowDims: []), rig.Entry("long", rows: 2, value: 7, rowDims: [1])];
        await rig.FinishAsync([first, .. entries.Select(e => rig.Submit(e))]);
        Assert.Equal(["first", "short long"], rig.Ran);
        Assert.Equal([[5f, 5], [7f, 7]], entries.Select(BatcherRig.Answer));
    }
}
