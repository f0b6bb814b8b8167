using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;

namespace TestKit.Tests;

public sealed class ScriptedModelTests
{
    private static readonly ModelSignature TwoInTwoOut = new(
        [new TensorSpec("A", Datatype.Int32, [2], batched: true), new TensorSpec("B", Datatype.Int32, [2], batched: true)],
        [new TensorSpec("SUM", Datatype.Int32, [2], batched: true), new TensorSpec("A_AGAIN", Datatype.Int32, [2], batched: true)],
        maxBatchSize: 4);

    [Fact]
    public async Task The_script_sees_the_inputs_in_the_models_order_and_only_what_was_asked_for_is_answered()
    {
        var model = new ScriptedModel("adder", TwoInTwoOut, Add).Deploy(new ModelDirectory(), new RecordingRouter());
        var entry = Request(model, [("B", [10, 20]), ("A", [1, 2])]);
        entry.AddRequested().Name = "SUM"u8.ToArray();

        var status = await SubmitAsync(model, entry);

        Assert.Equal(ScoreStatus.Ok, status);
        var output = Assert.Single(entry.Outputs.ToArray());
        Assert.Equal([11, 22], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(entry.BytesOf(output)).ToArray());
        Assert.Equal([1, 2], entry.ShapeOf(output).ToArray());
    }

    [Fact]
    public async Task Without_a_script_outputs_are_the_inputs_of_the_same_position()
    {
        var model = new ScriptedModel("echo", TwoInTwoOut).Deploy(new ModelDirectory(), new RecordingRouter());
        var entry = Request(model, [("A", [1, 2]), ("B", [10, 20])]);

        await SubmitAsync(model, entry);

        Assert.Equal([1, 2], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(entry.BytesOf(entry.Outputs[0])).ToArray());
        Assert.Equal([10, 20], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(entry.BytesOf(entry.Outputs[1])).ToArray());
    }

    [Fact]
    public async Task A_fault_in_the_script_ends_the_request_as_faulted()
    {
        var model = new ScriptedModel("broken", TwoInTwoOut, _ => throw new InferenceFaultException("no luck"))
            .Deploy(new ModelDirectory(), new RecordingRouter());
        var entry = Request(model, [("A", [1, 2]), ("B", [10, 20])]);

        Assert.Equal(ScoreStatus.Faulted, await SubmitAsync(model, entry));
        Assert.Equal("no luck", entry.Error);
    }

    [Fact]
    public void Deploying_makes_the_version_ready_and_routes_to_it()
    {
        var directory = new ModelDirectory();
        var router = new RecordingRouter();

        var model = new ScriptedModel("m", TwoInTwoOut) { Version = 7 }.Deploy(directory, router);

        Assert.True(directory.TryFind("m", out var slot));
        Assert.Same(model, slot.Find(7));
        Assert.Equal(7, router.RoutedVersion("m"));
        Assert.Equal("m", model.Config.Name);
    }

    [Fact]
    public void A_disposed_instance_runs_nothing()
    {
        var instance = new ScriptedModelInstance(TwoInTwoOut, TimeProvider.System, ScriptedModelInstance.Echo(TwoInTwoOut));
        instance.Dispose();

        Assert.True(instance.Disposed);
        Assert.Throws<ObjectDisposedException>(() => instance.Run(new Batch()));
    }

    private static IReadOnlyList<ScriptedTensor> Add(IReadOnlyList<ScriptedTensor> inputs)
    {
        Assert.Equal(["A", "B"], inputs.Select(i => i.Name));
        var sum = inputs[0].Values<int>().Zip(inputs[1].Values<int>(), (a, b) => a + b).ToArray();
        return [ScriptedTensor.Of("SUM", Datatype.Int32, inputs[0].Shape, sum), inputs[0] with { Name = "A_AGAIN" }];
    }

    private static BatchEntry Request(ServingModel model, (string Name, int[] Values)[] inputs)
    {
        var entry = new BatchEntry();
        foreach (var (name, values) in inputs)
        {
            ref var input = ref entry.AddInput();
            input.Name = System.Text.Encoding.UTF8.GetBytes(name);
            input.Datatype = Datatype.Int32;
            input.Content = ScriptedTensor.Of(name, Datatype.Int32, [1, 2], values).Bytes;
            input.Rank = 2;
            entry.AddDim(1);
            entry.AddDim(2);
        }
        Assert.True(model.TryAcquire());
        entry.Lease(model);
        return entry;
    }

    private static async Task<ScoreStatus> SubmitAsync(ServingModel model, BatchEntry entry)
    {
        Assert.Equal(ScoreStatus.Ok, RequestBinder.Bind(entry, model.Signature, model.Name));
        return await model.Batcher.SubmitAsync(entry, moreArriving: false);
    }
}
