using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

public sealed class RequestBinderTests
{
    private static readonly ModelSignature TwoInputs = SignatureBuilder.Batched(4)
        .Input("a", Datatype.FP32, 2).Input("b", Datatype.FP32, 1).Output("y", Datatype.FP32, 1).Output("z", Datatype.FP32, 1).Build();

    private static readonly ModelSignature Unbatched = SignatureBuilder.Echo(0, Datatype.FP32, 2, -1);

    private static EntryBuilder Ab(int rows) => new EntryBuilder().Floats("a", [rows, 2], new float[rows * 2]).Floats("b", [rows, 1], new float[rows]);

    [Fact]
    public void A_request_in_the_models_order_is_bound_with_its_rows()
    {
        var entry = Ab(3).Build();
        AssertBinds(entry, TwoInputs);
        Assert.Equal(3, entry.Rows);
        Assert.Equal([0, 1], entry.InputAt[..2]);
        Assert.Equal([24, 12], [entry.Inputs[0].RawBytes, entry.Inputs[1].RawBytes]);
    }

    [Fact]
    public void Inputs_may_come_in_any_order()
    {
        var entry = new EntryBuilder().Floats("b", [1, 1], 5).Floats("a", [1, 2], 1, 2).Build();
        AssertBinds(entry, TwoInputs);
        Assert.Equal([1, 0], entry.InputAt[..2]);
    }

    [Fact]
    public void An_input_that_the_model_does_not_have_is_refused() => AssertRefused(
        Ab(1).Floats("c", [1, 1], 0), TwoInputs, "unexpected inference input 'c' for model 'm'", "c");

    [Fact]
    public void An_input_given_twice_is_refused() => AssertRefused(
        Ab(1).Floats("a", [1, 2], 0, 0), TwoInputs, "input 'a' is given twice for model 'm'", "a");

    [Fact]
    public void A_missing_input_is_named_with_what_was_given() => AssertRefused(
        new EntryBuilder().Floats("a", [1, 2], 0, 0), TwoInputs,
        "expected 2 inputs but got 1 inputs for model 'm'. Got input(s) ['a'], but missing required input(s) ['b']", "b");

    [Fact]
    public void A_request_without_inputs_says_so() => AssertRefused(
        new EntryBuilder(), TwoInputs, "expected 2 inputs but got 0 inputs for model 'm'. Got input(s) [], but missing required input(s) ['a']", "a");

    [Fact]
    public void Another_datatype_is_refused() => AssertRefused(
        new EntryBuilder().Raw("a", Datatype.FP64, [1, 2], new byte[16]), TwoInputs,
        "inference input 'a' data-type is 'FP64', but model 'm' expects 'FP32'", "a");

    [Theory]
    [InlineData(new long[] { 1, 3 }, "[1,3]")]
    [InlineData(new long[] { 1 }, "[1]")]
    [InlineData(new long[] { 1, 2, 1 }, "[1,2,1]")]
    [InlineData(new long[] { }, "[]")]
    [InlineData(new long[] { -1, 2 }, "[-1,2]")]
    [InlineData(new long[] { long.MinValue, 2 }, "[-9223372036854775808,2]")]
    public void Another_shape_is_refused_with_both(long[] shape, string got) => AssertRefused(
        new EntryBuilder().Floats("a", shape, 0, 0), TwoInputs, $"unexpected shape for input 'a' for model 'm'. Expected [-1,2], got {got}.", "a");

    [Fact]
    public void A_batch_dimension_that_the_model_does_not_take_brings_a_note() => AssertRefused(
        new EntryBuilder().Floats("x", [1, 2, 3], new float[6]), Unbatched,
        "unexpected shape for input 'x' for model 'm'. Expected [2,-1], got [1,2,3]. NOTE: Setting a non-zero max_batch_size in the model config requires a "
        + "batch dimension to be prepended to each input shape.", "x");

    [Theory]
    [InlineData(-1L)]
    [InlineData(-2L)]
    [InlineData(long.MinValue)]
    public void A_negative_dimension_is_refused_where_any_size_is_taken(long dim) => AssertRefused(
        new EntryBuilder().Floats("x", [2, dim]), Unbatched, $"unexpected shape for input 'x' for model 'm'. Expected [2,-1], got [2,{dim}].", "x");

    [Fact]
    public void Two_negative_dimensions_do_not_make_a_positive_size() => AssertRefused(
        new EntryBuilder().Floats("x", [-1, -1], 1), SignatureBuilder.Echo(0, Datatype.FP32, -1, -1),
        "unexpected shape for input 'x' for model 'm'. Expected [-1,-1], got [-1,-1].", "x");

    [Theory]
    [InlineData(-1L)]
    [InlineData(long.MinValue)]
    public void A_negative_dimension_is_refused_where_any_rank_is_taken(long dim) => AssertRefused(
        new EntryBuilder().Floats("x", [dim], 1), AnyRank(0), $"unexpected shape for input 'x' for model 'm'. Expected [-1], got [{dim}].", "x");

    [Theory]
    [InlineData(new long[] { })]
    [InlineData(new long[] { 1 })]
    [InlineData(new long[] { 1, 1, 1 })]
    public void Any_rank_is_taken_where_the_graph_does_not_say(long[] shape) => AssertBinds(new EntryBuilder().Floats("x", shape, 1).Build(), AnyRank(0));

    [Fact]
    public void A_batched_input_of_any_rank_needs_its_batch_dimension() => AssertRefused(
        new EntryBuilder().Floats("x", [], 1), AnyRank(4), "unexpected shape for input 'x' for model 'm'. Expected [-1], got [].", "x");

    [Fact]
    public void Inputs_of_different_row_counts_are_refused() => AssertRefused(
        new EntryBuilder().Floats("a", [2, 2], new float[4]).Floats("b", [3, 1], new float[3]), TwoInputs,
        "input 'b' batch size does not match other inputs for 'm': 3 and 2", "b");

    [Fact]
    public void More_rows_than_the_model_takes_are_refused() => AssertRefused(
        Ab(5), TwoInputs, "inference request batch-size must be <= 4 for 'm', got 5", null);

    [Fact]
    public void As_many_rows_as_the_model_takes_are_taken() => AssertBinds(Ab(4).Build(), TwoInputs);

    [Theory]
    [InlineData(new long[] { int.MaxValue, 2 })]
    [InlineData(new long[] { long.MaxValue, long.MaxValue })]
    [InlineData(new long[] { 1L << 30, 1L << 34 })]
    [InlineData(new long[] { 1L << 31, 1L << 33 })]
    [InlineData(new long[] { 3, 0x5555_5555_5555_5556 })]
    public void A_shape_with_more_elements_than_can_be_addressed_is_refused_however_its_product_wraps(long[] shape) => AssertRefused(
        new EntryBuilder().Floats("x", shape), SignatureBuilder.Echo(0, Datatype.FP32, -1, -1),
        $"input 'x' for model 'm' has more than {int.MaxValue} elements", "x");

    [Fact]
    public void Any_number_of_dimensions_of_zero_leaves_no_elements()
    {
        var entry = new EntryBuilder().Floats("x", [0, long.MaxValue]).Build();
        AssertBinds(entry, SignatureBuilder.Echo(0, Datatype.FP32, -1, -1));
        Assert.Equal(0, entry.Inputs[0].RawBytes);
    }

    [Fact]
    public void Raw_contents_of_another_size_are_refused() => AssertRefused(
        new EntryBuilder().Floats("a", [1, 2], 1), TwoInputs, "input byte size mismatch for input 'a' for model 'm'. Expected 8, got 4", "a");

    [Fact]
    public void Raw_contents_that_would_fit_another_row_count_are_refused() => AssertRefused(
        new EntryBuilder().Floats("a", [1, 2], 1, 2, 3, 4), TwoInputs, "input byte size mismatch for input 'a' for model 'm'. Expected 8, got 16", "a");

    [Fact]
    public void Typed_contents_of_another_count_are_refused() => AssertRefused(
        new EntryBuilder().Typed("a", Datatype.FP32, [1, 2], new() { Fp32Contents = { 1 } }), TwoInputs,
        "unable to read the contents of input 'a' for model 'm': the shape holds 2 elements of FP32, the contents hold 1 that fit", "a");

    [Fact]
    public void Typed_contents_of_another_field_are_refused() => AssertRefused(
        new EntryBuilder().Typed("a", Datatype.FP32, [1, 2], new() { Fp64Contents = { 1, 2 } }), TwoInputs,
        "unable to read the contents of input 'a' for model 'm': the shape holds 2 elements of FP32, the contents hold 0 that fit", "a");

    [Theory]
    [InlineData(Datatype.FP16, "FP16")]
    [InlineData(Datatype.BF16, "BF16")]
    public void Half_precision_must_come_raw(Datatype datatype, string name) => AssertRefused(
        new EntryBuilder().Typed("x", datatype, [1], new()), SignatureBuilder.Echo(0, datatype, 1),
        $"input 'x' for model 'm' is {name}, which has no typed contents; send raw_input_contents", "x");

    [Fact]
    public void Typed_contents_know_their_raw_size()
    {
        var entry = new EntryBuilder().Typed("x", Datatype.Int16, [3], new() { IntContents = { 1, -1, 5 } }).Build();
        AssertBinds(entry, SignatureBuilder.Echo(0, Datatype.Int16, 3));
        Assert.Equal(6, entry.Inputs[0].RawBytes);
        entry = new EntryBuilder().Typed("x", Datatype.Bytes, [2], new() { BytesContents = { Google.Protobuf.ByteString.CopyFromUtf8("ab"), Google.Protobuf.ByteString.Empty } }).Build();
        AssertBinds(entry, SignatureBuilder.Echo(0, Datatype.Bytes, 2));
        Assert.Equal(10, entry.Inputs[0].RawBytes);
    }

    [Fact]
    public void A_string_that_runs_past_the_end_is_refused()
    {
        byte[] content = [.. EntryBuilder.RawStrings("ab"), 3, 0, 0, 0, (byte)'c', (byte)'d'];
        AssertRefused(new EntryBuilder().Raw("x", Datatype.Bytes, [2], content), SignatureBuilder.Echo(0, Datatype.Bytes, -1),
            "incomplete string data for input 'x' for model 'm': element 1 runs past the end", "x");
    }

    [Theory]
    [InlineData("010000")]
    [InlineData("FFFFFFFF")]
    [InlineData("FFFFFF7F00")]
    public void A_string_length_that_cannot_be_is_refused(string hex) => AssertRefused(
        new EntryBuilder().Raw("x", Datatype.Bytes, [1], Convert.FromHexString(hex)), SignatureBuilder.Echo(0, Datatype.Bytes, -1),
        "incomplete string data for input 'x' for model 'm': element 0 runs past the end", "x");

    [Fact]
    public void Another_number_of_strings_is_refused() => AssertRefused(
        new EntryBuilder().Strings("x", [3], "a", "b"), SignatureBuilder.Echo(0, Datatype.Bytes, -1),
        "expected 3 string elements for input 'x' for model 'm', got 2", "x");

    [Fact]
    public void A_scalar_is_one_element()
    {
        AssertBinds(new EntryBuilder().Floats("x", [], 1).Build(), SignatureBuilder.Echo(0, Datatype.FP32));
        AssertRefused(new EntryBuilder().Floats("x", []), SignatureBuilder.Echo(0, Datatype.FP32), "input byte size mismatch for input 'x' for model 'm'. Expected 4, got 0", "x");
    }

    [Fact]
    public void Zero_elements_are_a_tensor_too()
    {
        AssertBinds(new EntryBuilder().Floats("x", [2, 0]).Build(), Unbatched);
        AssertBinds(new EntryBuilder().Strings("x", [0]).Build(), SignatureBuilder.Echo(0, Datatype.Bytes, -1));
        AssertBinds(new EntryBuilder().Typed("x", Datatype.FP32, [2, 0], new()).Build(), Unbatched);
    }

    [Fact]
    public void Zero_rows_are_a_batch_too()
    {
        var entry = Ab(0).Build();
        AssertBinds(entry, TwoInputs);
        Assert.Equal(0, entry.Rows);
    }

    [Fact]
    public void An_optional_input_may_be_left_out()
    {
        var signature = SignatureBuilder.Unbatched().Input("x", Datatype.FP32, 1).OptionalInput("o", Datatype.FP32, 1).Output("y", Datatype.FP32, 1).Build();
        var entry = new EntryBuilder().Floats("x", [1], 1).Build();
        AssertBinds(entry, signature);
        Assert.Equal([0, -1], entry.InputAt[..2]);
        Assert.Equal(1, entry.Rows);
        AssertBinds(new EntryBuilder().Floats("o", [1], 1).Floats("x", [1], 1).Build(), signature);
        AssertRefused(new EntryBuilder().Floats("o", [1], 1), signature,
            "expected 1 inputs but got 1 inputs for model 'm'. Got input(s) ['o'], but missing required input(s) ['x']", "x");
    }

    [Fact]
    public void A_batch_without_any_input_is_refused_for_nothing_says_how_many_rows_it_has()
    {
        var signature = SignatureBuilder.Batched(4).OptionalInput("o", Datatype.FP32, 1).Output("y", Datatype.FP32, 1).Build();
        AssertRefused(new EntryBuilder(), signature, "expected at least 1 input for model 'm', got none: its first dimension says how many rows there are", null);
        AssertBinds(new EntryBuilder().Floats("o", [2, 1], 1, 2).Build(), signature);
    }

    [Fact]
    public void A_model_without_inputs_takes_a_request_without_inputs()
    {
        var entry = new BatchEntry();
        AssertBinds(entry, SignatureBuilder.Unbatched().Output("y", Datatype.FP32, 1).Build());
        Assert.Equal(1, entry.Rows);
    }

    [Fact]
    public void All_outputs_are_answered_in_the_models_order_where_none_is_asked_for()
    {
        var entry = Ab(1).Build();
        AssertBinds(entry, TwoInputs);
        Assert.Equal([0, 1], entry.OutputIndices[..entry.OutputIndexCount]);
    }

    [Fact]
    public void Outputs_are_answered_in_the_order_asked_for()
    {
        var entry = Ab(1).Requesting("z", "y").Build();
        AssertBinds(entry, TwoInputs);
        Assert.Equal([1, 0], entry.OutputIndices[..entry.OutputIndexCount]);
        entry = Ab(1).Requesting("z").Build();
        AssertBinds(entry, TwoInputs);
        Assert.Equal([1], entry.OutputIndices[..entry.OutputIndexCount]);
    }

    [Fact]
    public void An_output_that_the_model_does_not_have_is_refused() => AssertRefused(
        Ab(1).Requesting("y", "a"), TwoInputs, "unexpected inference output 'a' for model 'm'", "a");

    [Fact]
    public void An_output_asked_for_twice_is_refused() => AssertRefused(
        Ab(1).Requesting("y", "z", "y"), TwoInputs, "output 'y' is asked for twice for model 'm'", "y");

    [Fact]
    public void An_entry_that_served_a_larger_signature_binds_to_a_smaller_one_afterwards()
    {
        var entry = Ab(1).Requesting("z", "y").Build();
        AssertBinds(entry, TwoInputs);
        entry.Reset();
        new EntryBuilder(entry).Floats("x", [2, 1], 1, 2);
        AssertBinds(entry, Unbatched);
        Assert.Equal(1, entry.OutputIndexCount);
    }

    private static ModelSignature AnyRank(int maxBatchSize) =>
        (maxBatchSize > 0 ? SignatureBuilder.Batched(maxBatchSize) : SignatureBuilder.Unbatched()).Input("x", Datatype.FP32, null).Output("y", Datatype.FP32, null).Build();

    private static void AssertBinds(BatchEntry entry, ModelSignature signature)
    {
        var status = RequestBinder.Bind(entry, signature, "m");
        Assert.Null(entry.Error);
        Assert.Equal(ScoreStatus.Ok, status);
    }

    private static void AssertRefused(EntryBuilder request, ModelSignature signature, string error, string? field)
    {
        var entry = request.Build();
        Assert.Equal(ScoreStatus.InvalidArgument, RequestBinder.Bind(entry, signature, "m"));
        Assert.Equal(error, entry.Error);
        Assert.Equal(field, entry.ErrorField);
        Assert.Equal(ScoreStatus.InvalidArgument, entry.Status);
    }
}
