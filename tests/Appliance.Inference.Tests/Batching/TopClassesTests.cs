using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

public sealed class TopClassesTests
{
    private static readonly byte[][] Labels = [.. new[] { "cat", "狗", "" }.Select(Encoding.UTF8.GetBytes)];

    [Fact]
    public void The_highest_values_of_each_row_come_as_value_index_and_label() => Assert.Equal(
        "[2,2] 0.750000:1:狗 | 0.250000:0:cat | 9.000000:3 | 1.000000:2:",
        Apply(Datatype.FP32, 2, true, 2, Labels, 0.25f, 0.75f, -1f, 0f, 0f, 0f, 1f, 9f));

    [Fact]
    public void Without_labels_the_index_is_all() => Assert.Equal("[1,1] 3:2", Apply(Datatype.Int64, 1, true, 1, null, 1L, 2L, 3L));

    [Fact]
    public void More_classes_than_there_are_values_are_all_of_them() => Assert.Equal("[1,2] 200:1 | 7:0", Apply(Datatype.UInt8, 1, true, 50, null, (byte)7, (byte)200));

    [Fact]
    public void A_model_without_a_batch_dimension_is_ranked_as_a_whole() => Assert.Equal("[3] -1:1 | -3:2 | -5:0", Apply(Datatype.Int8, 3, false, 3, null, (sbyte)-5, (sbyte)-1, (sbyte)-3));

    [Fact]
    public void Equal_values_keep_their_order_and_what_is_no_number_comes_last() => Assert.Equal(
        "[1,5] inf:4 | 2.000000:1 | 2.000000:2 | -inf:3 | nan:0",
        Apply(Datatype.FP64, 1, true, 5, null, double.NaN, 2d, 2d, double.NegativeInfinity, double.PositiveInfinity));

    [Theory]
    [InlineData(0.1f, "0.100000:0")]
    [InlineData(-0.0000001f, "-0.000000:0")]
    [InlineData(16777216f, "16777216.000000:0")]
    [InlineData(1.2345678e10f, "12345677824.000000:0")]
    public void Floats_have_six_decimals_as_C_prints_them(float value, string expected) => Assert.Equal($"[1,1] {expected}", Apply(Datatype.FP32, 1, true, 1, null, value));

    [Theory]
    [InlineData(ulong.MaxValue, ulong.MaxValue - 1)]
    public void Whole_numbers_are_compared_exactly(ulong larger, ulong smaller) => Assert.Equal($"[1,2] {larger}:1 | {smaller}:0", Apply(Datatype.UInt64, 1, true, 2, null, smaller, larger));

    [Theory]
    [InlineData(Datatype.Bytes)]
    [InlineData(Datatype.FP16)]
    [InlineData(Datatype.BF16)]
    [InlineData(Datatype.Bool)]
    public void Types_without_an_order_that_clients_know_are_refused_before_the_run(Datatype datatype)
    {
        var signature = SignatureBuilder.Batched(4).Input("x", Datatype.FP32, 1).Output("y", datatype, 3).Build();
        var entry = new EntryBuilder(new BatchEntry()).For("m").Floats("x", [1, 1], 1).Build();
        ref var asked = ref entry.AddRequested();
        (asked.Name, asked.Classes, entry.WantsClasses) = (Encoding.UTF8.GetBytes("y"), 2, true);
        Assert.Equal(ScoreStatus.InvalidArgument, RequestBinder.Bind(entry, signature, "m"));
        Assert.Equal($"class result not available for output 'y' of model 'm' due to unsupported type '{datatype.Name()}'", entry.Error);
    }

    private static string Apply<T>(Datatype datatype, int rows, bool batched, int classes, byte[][]? labels, params T[] values)
        where T : unmanaged
    {
        long[] dims = batched ? [values.Length / rows] : [values.Length];
        var spec = new TensorSpec("y", datatype, dims, batched) { Labels = labels };
        var signature = new ModelSignature([], [spec], batched ? 8 : 0);
        var model = new TestModels(TimeProvider.System).Serve("m", 1, signature, new ScriptedModelInstance(signature, TimeProvider.System, inputs => inputs));
        var entry = new BatchEntry();
        entry.Lease(model);
        ref var asked = ref entry.AddRequested();
        (asked.Classes, entry.WantsClasses) = (classes, true);
        MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(entry.AddOutput(0, datatype, batched ? [rows, values.Length / rows] : dims, MemoryMarshal.AsBytes(values.AsSpan()).Length));
        TopClasses.Apply(entry);
        var output = entry.Outputs[0];
        Assert.Equal(Datatype.Bytes, output.Datatype);
        var texts = new List<string>();
        for (var raw = entry.BytesOf(output); !raw.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(raw);
            texts.Add(Encoding.UTF8.GetString(raw.Slice(4, length)));
            raw = raw[(4 + length)..];
        }
        return $"[{string.Join(",", entry.ShapeOf(output).ToArray())}] {string.Join(" | ", texts)}";
    }
}
