using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Inference.Tests.Batching.Scheduling;

/// <summary>Cases of Triton's L0_batcher, each under its name there: preferred sizes 2 and 6, at most 8 rows, a queue delay of ten seconds.</summary>
public sealed class TritonBatcherTests
{
    private static readonly ScheduleSettings Preferred = new() { PreferredSizes = [2, 6], MaxQueueDelay = TritonRig.QueueDelay };

    private readonly TritonRig _rig = new(Preferred);

    [Fact]
    public async Task Static_batch_preferred()
    {
        await TritonRig.AnsweredAsync(_rig.Send("a", 2), _rig.Send("b", 6));
        Assert.Equal([2, 6], _rig.Batches);
        Assert.All(_rig.Gate.Batches.Take(2), b => Assert.Equal(BatchClose.Preferred, b.Reason));
    }

    [Fact]
    public async Task Static_batch_lt_any_preferred()
    {
        var answer = _rig.Send("a", 1);
        _rig.Waits(answer);
        _rig.Advance(TritonRig.QueueDelay - TimeSpan.FromMicroseconds(1));
        _rig.Waits(answer);
        _rig.Advance(TimeSpan.FromMicroseconds(1));
        await TritonRig.AnsweredAsync(answer);
        Assert.Equal(BatchClose.QueueDelay, Assert.Single(_rig.Gate.Batches).Reason);
    }

    [Fact]
    public async Task Static_batch_not_preferred()
    {
        var answer = _rig.Send("a", 3);
        _rig.Waits(answer);
        _rig.Advance(TritonRig.QueueDelay);
        await TritonRig.AnsweredAsync(answer);
        Assert.Equal([3], _rig.Batches);
    }

    [Fact]
    public async Task Static_batch_gt_max_preferred()
    {
        await TritonRig.AnsweredAsync(_rig.Send("a", 7));
        Assert.Equal([7], _rig.Batches);
    }

    [Fact]
    public async Task Multi_batch_different_shape()
    {
        var first = _rig.Send("a", 1, elements: 16);
        _rig.Advance(1);
        var second = _rig.Send("b", 1, elements: 8);
        await TritonRig.AnsweredAsync(first);
        _rig.Waits(second);
        _rig.Advance(9);
        _rig.Waits(second);
        _rig.Advance(1);
        await TritonRig.AnsweredAsync(second);
        Assert.Equal([(1, BatchClose.ShapeChange), (1, BatchClose.QueueDelay)], _rig.Gate.Batches.Select(b => (b.Rows, b.Reason)));
    }

    [Fact]
    public async Task Multi_batch_not_preferred()
    {
        var first = _rig.Send("a", 1);
        _rig.Advance(1);
        var second = _rig.Send("b", 3);
        _rig.Advance(8.9);
        _rig.Waits(first, second);
        // The second waits for less: the oldest of them counts.
        _rig.Advance(0.1);
        await TritonRig.AnsweredAsync(first, second);
        Assert.Equal([4], _rig.Batches);
    }

    [Fact]
    public async Task Multi_batch_not_preferred_different_shape()
    {
        var together = new[] { _rig.Send("a", 1), _rig.Send("b", 3) };
        _rig.Advance(1);
        _rig.Waits(together);
        var other = _rig.Send("c", 1, elements: 8);
        await TritonRig.AnsweredAsync(together);
        _rig.Waits(other);
        _rig.Advance(TritonRig.QueueDelay);
        await TritonRig.AnsweredAsync(other);
        Assert.Equal([4, 1], _rig.Batches);
    }

    [Fact]
    public async Task Multi_batch_preferred_different_shape()
    {
        var first = new[] { _rig.Send("a", 1), _rig.Send("b", 3) };
        _rig.Advance(1);
        await TritonRig.AnsweredAsync([.. first, _rig.Send("c", 1, elements: 8), _rig.Send("d", 5, elements: 8)]);
        Assert.Equal([4, 6], _rig.Batches);
    }

    [Fact]
    public async Task Multi_batch_gt_max_preferred()
    {
        var first = _rig.Send("a", 3);
        _rig.Advance(1);
        _rig.Waits(first);
        await TritonRig.AnsweredAsync(_rig.Send("b", 7), first);
        Assert.Equal(["a", "b"], _rig.Ran);
    }

    [Fact]
    public async Task Multi_batch_sum_gt_max_preferred()
    {
        var first = _rig.Send("a", 3);
        _rig.Advance(1);
        var second = _rig.Send("b", 4);
        await TritonRig.AnsweredAsync(first);
        _rig.Waits(second);
        _rig.Advance(TritonRig.QueueDelay);
        await TritonRig.AnsweredAsync(second);
        Assert.Equal([3, 4], _rig.Batches);
    }

    [Fact]
    public Task Multi_same_output0() => ShareABatchAsync("y0", "y0");

    [Fact]
    public Task Multi_same_output1() => ShareABatchAsync("y1", "y1");

    [Fact]
    public Task Multi_different_outputs() => ShareABatchAsync("y0", "y1");

    [Fact]
    public Task Multi_different_output_order() => ShareABatchAsync("y0 y1", "y1 y0");

    private static async Task ShareABatchAsync(string firstAsks, string secondAsks)
    {
        var signature = SignatureBuilder.Batched(8).Input("x0", Datatype.FP32, 1).Input("x1", Datatype.FP32, 1)
            .Output("y0", Datatype.FP32, 1).Output("y1", Datatype.FP32, 1).Build();
        var rig = new BatcherRig(signature, configure: b => b.Schedule = Preferred);
        rig.Gate.Open();
        var entries = new[] { Bound(rig, signature, 1, firstAsks), Bound(rig, signature, 2, secondAsks) };
        var answers = entries.Select(e => rig.Submit(e)).ToArray();
        await TritonRig.AnsweredAsync(answers);
        Assert.Equal([2], rig.Gate.Batches.Select(b => b.Rows));
        for (var i = 0; i < entries.Length; i++)
        {
            // Each asked for its own outputs, in its own order: y0 answers x0 and y1 answers x1.
            string[] asked = [.. (i == 0 ? firstAsks : secondAsks).Split(' ')];
            var got = entries[i].Outputs.ToArray();
            Assert.Equal(asked, got.Select(o => signature.Outputs[o.Index].Name));
            foreach (var output in got)
            {
                Assert.Equal((i + 1) + (output.Index * 10f), BitConverter.ToSingle(entries[i].BytesOf(output)));
            }
        }
    }

    private static BatchEntry Bound(BatcherRig rig, ModelSignature signature, float value, string asks)
    {
        var builder = new EntryBuilder(new BatchEntry()).For("m").WithId("e").Floats("x0", [1, 1], value).Floats("x1", [1, 1], value + 10);
        foreach (var output in asks.Split(' ')) builder.Requesting(output);
        var entry = builder.Build();
        entry.Timings.Received = rig.Time.GetTimestamp();
        Assert.Equal(ScoreStatus.Ok, RequestBinder.Bind(entry, signature, "m"));
        Assert.True(rig.Model.TryAcquire());
        entry.Lease(rig.Model);
        return entry;
    }
}
