using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

public sealed class BatchEntryTests
{
    [Fact]
    public void Many_tensors_of_many_dimensions_keep_their_shapes()
    {
        var builder = new EntryBuilder();
        for (var i = 0; i < 20; i++) builder.Floats($"t{i}", [.. Enumerable.Range(i, i).Select(d => (long)d)]);
        var entry = builder.Build();
        Assert.Equal(20, entry.InputCount);
        for (var i = 0; i < 20; i++) Assert.Equal(Enumerable.Range(i, i).Select(d => (long)d), entry.ShapeOf(entry.Inputs[i]).ToArray());
    }

    [Fact]
    public void Answers_keep_their_bytes_while_later_ones_are_added()
    {
        var entry = new BatchEntry();
        for (var i = 0; i < 12; i++) entry.AddOutput(i, Datatype.UInt8, [i, 1], i * 100).Fill((byte)i);
        for (var i = 0; i < 12; i++)
        {
            var output = entry.Outputs[i];
            Assert.Equal((i, Datatype.UInt8), (output.Index, output.Datatype));
            Assert.Equal(Enumerable.Repeat((byte)i, i * 100), entry.BytesOf(output).ToArray());
            Assert.Equal([i, 1L], entry.ShapeOf(output).ToArray());
        }
    }

    [Fact]
    public void Answers_given_in_the_graphs_order_are_put_into_the_order_asked_for()
    {
        var entry = new BatchEntry { OutputIndices = [2, 0, 3], OutputIndexCount = 3 };
        foreach (var index in new[] { 0, 2, 3 }) entry.AddOutput(index, Datatype.UInt8, [], 1)[0] = (byte)index;
        entry.OrderOutputs();
        Assert.Equal([2, 0, 3], entry.Outputs.ToArray().Select(o => o.Index));
        Assert.Equal([2, 0, 3], entry.Outputs.ToArray().Select(o => (int)entry.BytesOf(o)[0]));
    }

    [Fact]
    public void Cleared_answers_make_room_for_new_ones()
    {
        var entry = new BatchEntry();
        entry.AddOutput(0, Datatype.UInt8, [3], 3).Fill(1);
        entry.ClearOutputs();
        entry.AddOutput(1, Datatype.UInt8, [2], 2).Fill(9);
        Assert.Equal([1], entry.Outputs.ToArray().Select(o => o.Index));
        Assert.Equal([9, 9], entry.BytesOf(entry.Outputs[0]).ToArray());
        Assert.Equal([2L], entry.ShapeOf(entry.Outputs[0]).ToArray());
    }

    [Fact]
    public void Scratch_memory_has_the_size_asked_for()
    {
        var entry = new BatchEntry();
        Assert.Equal(10, entry.RentScratch(10).Length);
        Assert.Equal(100_000, entry.RentScratch(100_000).Length);
        entry.Reset();
        Assert.Equal(0, entry.RentScratch(0).Length);
    }

    [Fact]
    public void A_reset_entry_is_as_new()
    {
        var rig = new BatcherRig();
        rig.Gate.Open();
        var entry = rig.Entry("a");
        entry.Deadline = long.MaxValue - 1;
        entry.TimeoutMicroseconds = 5;
        entry.RequestedVersion = 3;
        rig.Arrive(new RecordingWaiter(), entry);
        entry.WaiterState = rig;
        entry.Fail(ScoreStatus.Faulted, "words", "field");
        entry.Reset();
        AssertNew(entry);
    }

    [Fact]
    public void A_reset_entry_does_not_keep_the_memory_of_a_request_of_unusual_size()
    {
        var entry = new BatchEntry();
        for (var i = 0; i < 100_000; i++) entry.AddInput();
        for (var i = 0; i < 100_000; i++) entry.AddDim(i);
        for (var i = 0; i < 100_000; i++) entry.AddRequested();
        entry.Reset();
        AssertNew(entry);
        Assert.InRange(Allocated(() =>
        {
            for (var i = 0; i < 1_000; i++) entry.AddInput();
        }), 1_000, 1_000_000);
    }

    [Fact]
    public void An_entry_that_keeps_its_request_forgets_only_what_happened_to_it()
    {
        var rig = new BatcherRig();
        rig.Gate.Open();
        var entry = rig.Entry("a");
        var waiter = new RecordingWaiter();
        var (inputs, dims) = (entry.InputCount, entry.DimCount);
        for (var i = 0; i < 100; i++)
        {
            rig.Arrive(waiter, entry);
            Assert.Equal(ScoreStatus.Ok, entry.Status);
            Assert.Equal(1, entry.OutputCount);
            entry.ResetRun();
            Assert.True(rig.Model.TryAcquire());
            // Answers that no instance laid out are not kept, and their shapes take no more room each time.
            Assert.Equal((inputs, dims, 0), (entry.InputCount, entry.DimCount, entry.OutputCount));
            Assert.Equal((ScoreStatus.Ok, EntryPhase.Idle, default(RequestTimings)), (entry.Status, entry.Phase, entry.Timings));
            Assert.Null(entry.Model);
            Assert.Same(waiter, entry.Waiter);
            entry.Lease(rig.Model);
        }
        entry.Reset();
        AssertNew(entry);
    }

    [Fact]
    public void Answers_that_stand_stay_until_they_are_longer_than_what_is_kept()
    {
        var entry = new BatchEntry();
        foreach (var (length, stays) in new[] { (4, true), (100_000, false) })
        {
            entry.AddOutput(0, Datatype.UInt8, [length], length);
            entry.HasLaidOut = true;
            Assert.True(entry.HasPlainOutputs);
            entry.ResetRun();
            Assert.Equal((stays, stays ? 1 : 0), (entry.HasLaidOut, entry.OutputCount));
            entry.Reset();
            Assert.False(entry.HasPlainOutputs);
        }
    }

    [Fact]
    public void What_is_added_to_a_bound_request_unbinds_it()
    {
        var signature = SignatureBuilder.Echo(4, Datatype.FP32, 1);
        foreach (var add in new Action<BatchEntry>[] { e => e.AddInput(), e => e.AddRequested() })
        {
            var entry = new EntryBuilder().Floats("x", [1, 1], 1).Build();
            Assert.Equal(ScoreStatus.Ok, RequestBinder.Bind(entry, signature, "m"));
            Assert.True(entry.IsBoundAsWritten);
            add(entry);
            Assert.False(entry.IsBoundAsWritten);
            Assert.Equal(ScoreStatus.InvalidArgument, RequestBinder.Bind(entry, signature, "m"));
        }
    }

    internal static void AssertNew(BatchEntry entry)
    {
        Assert.Equal((0, 0, 0, 0, 0), (entry.InputCount, entry.RequestedCount, entry.OutputCount, entry.DimCount, entry.OutputIndexCount));
        Assert.Equal((0, 0L, 0L, long.MaxValue), (entry.Rows, entry.RequestedVersion, entry.TimeoutMicroseconds, entry.Deadline));
        Assert.True(entry.ModelName.IsEmpty);
        Assert.True(entry.Id.IsEmpty);
        Assert.Null(entry.Error);
        Assert.Null(entry.ErrorField);
        Assert.Null(entry.Model);
        Assert.Null(entry.Next);
        Assert.Null(entry.Previous);
        Assert.Equal((ScoreStatus.Ok, EntryPhase.Idle), (entry.Status, entry.Phase));
        Assert.Equal((false, false), (entry.RanInline, entry.QueueTimed));
        Assert.Null(entry.Waiter);
        Assert.Null(entry.WaiterState);
        Assert.Equal(default, entry.Timings);
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
