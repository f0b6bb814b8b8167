using System.Runtime.InteropServices;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace TestKit.Tests;

public sealed class LinearModelInstanceTests
{
    private static readonly ModelSignature Signature = new(
        [new TensorSpec("a", Datatype.FP32, [2], true), new TensorSpec("t", Datatype.Bytes, [1], true)],
        [new TensorSpec("y", Datatype.FP64, [1], true), new TensorSpec("label", Datatype.Bytes, [1], true)],
        8);

    [Fact]
    public async Task The_score_is_the_sigmoid_of_the_weighted_sum_of_all_inputs()
    {
        var models = new TestModels(TimeProvider.System);
        var instance = new LinearModelInstance(Signature, 0.5, 1, -2, 0.25);
        var model = models.Serve("m", 1, Signature, instance);
        var entry = Request(models, 1, 2, 3, 4);
        Assert.Equal(ScoreStatus.Ok, await models.Pipeline.InferAsync(entry));
        double[] expected = [1 / (1 + Math.Exp(-(0.5 + 1 - 4 + 0.5))), 1 / (1 + Math.Exp(-(0.5 + 3 - 8 + 0.5)))];
        Assert.Equal(expected, MemoryMarshal.Cast<byte, double>(entry.BytesOf(entry.Outputs[0])).ToArray());
        Assert.Equal("\u0002\0\0\0no\u0002\0\0\0no", System.Text.Encoding.UTF8.GetString(entry.BytesOf(entry.Outputs[1])));
        Assert.Equal((1, 2L), (instance.Runs, model.Statistics.RowCount));
        models.Pipeline.Return(entry);
    }

    [Fact]
    public async Task A_value_that_faults_fails_its_own_request()
    {
        var models = new TestModels(TimeProvider.System);
        models.Serve("m", 1, Signature, new LinearModelInstance(Signature, 0, 1, 1, 1) { Faults = v => v == 3 });
        var entry = Request(models, 1, 2, 3, 4);
        Assert.Equal(ScoreStatus.Faulted, await models.Pipeline.InferAsync(entry));
        Assert.Equal("the value 3 cannot be scored", entry.Error);
        models.Pipeline.Return(entry);
    }

    [Fact]
    public async Task A_retired_version_is_disposed_and_no_longer_found()
    {
        var models = new TestModels(TimeProvider.System);
        var instance = new LinearModelInstance(Signature, 0, 1, 1, 1);
        await models.RetireAsync(models.Serve("m", 1, Signature, instance));
        Assert.True(instance.Disposed);
        var entry = Request(models, 1, 2, 3, 4);
        Assert.Equal(ScoreStatus.ModelUnavailable, await models.Pipeline.InferAsync(entry));
        models.Pipeline.Return(entry);
    }

    private static BatchEntry Request(TestModels models, params float[] values)
    {
        Assert.True(models.Pipeline.TryRent(out var entry));
        entry.ModelName = "m"u8.ToArray();
        Add(entry, "a"u8, Datatype.FP32, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), 2, 2);
        Add(entry, "t"u8, Datatype.Bytes, "\u0002\0\0\0xy\u0002\0\0\0zz"u8.ToArray(), 2, 1);
        return entry;
    }

    private static void Add(BatchEntry entry, ReadOnlySpan<byte> name, Datatype datatype, byte[] content, params long[] shape)
    {
        ref var view = ref entry.AddInput();
        view.Name = name.ToArray();
        view.Datatype = datatype;
        view.Content = content;
        view.Rank = shape.Length;
        foreach (var dim in shape) entry.AddDim(dim);
    }
}
