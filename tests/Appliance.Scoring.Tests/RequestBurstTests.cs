using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Scoring.Tests;

public sealed class RequestBurstTests
{
    private static readonly ModelSignature Signature = SignatureBuilder.Echo(8, Datatype.FP32, 1);

    private readonly TestModels _models = new(TimeProvider.System);
    private readonly RecordingWaiter _waiter = new();
    private readonly RequestBurst _burst;

    public RequestBurstTests() => _burst = new RequestBurst(_models.Pipeline);

    [Fact]
    public void What_is_added_runs_when_it_is_submitted_and_each_version_runs_its_own_together_and_in_order()
    {
        var (a, b) = (Serve("a"), Serve("b"));
        foreach (var (model, id) in new[] { ("a", "a1"), ("b", "b1"), ("a", "a2"), ("b", "b2"), ("a", "a3") }) Add(model, id);
        Assert.Empty(_waiter.Told);
        Assert.Equal((0, 0), (a.Instance.Batches.Count, b.Instance.Batches.Count));
        _burst.Submit();
        Assert.Equal(["a1 Ok", "a2 Ok", "a3 Ok", "flush", "b1 Ok", "b2 Ok", "flush"], _waiter.Told);
        Assert.Equal(["a1 a2 a3"], a.Instance.Batches.Select(x => x.Line));
        Assert.Equal(["b1 b2"], b.Instance.Batches.Select(x => x.Line));
        Assert.Equal((0, 0), (a.Model.Leases, b.Model.Leases));
    }

    [Fact]
    public void Versions_of_one_model_do_not_share_a_batch()
    {
        var (one, two) = (Serve("a", 1), Serve("a", 2));
        Add("a", "to1", version: 1);
        Add("a", "to2", version: 2);
        Add("a", "routed");
        _burst.Submit();
        Assert.Equal(["to1"], one.Instance.Batches.Select(x => x.Line));
        Assert.Equal(["to2 routed"], two.Instance.Batches.Select(x => x.Line));
    }

    [Fact]
    public void It_is_used_again_and_again_and_nothing_of_one_read_comes_into_the_next()
    {
        var a = Serve("a");
        for (var i = 0; i < 3; i++)
        {
            Add("a", $"{i}");
            _burst.Submit();
            _burst.Submit();
        }
        Assert.Equal(["0", "1", "2"], a.Instance.Batches.Select(x => x.Line));
        Assert.Equal(["0 Ok", "flush", "1 Ok", "flush", "2 Ok", "flush"], _waiter.Told);
    }

    [Fact]
    public void Of_more_than_eight_versions_the_first_eight_run_when_the_ninth_comes()
    {
        for (var i = 0; i < 9; i++) Serve($"m{i}");
        for (var i = 0; i < 8; i++) Add($"m{i}", $"{i}");
        // One more for a version that is there already makes no room necessary.
        Add("m3", "3 again");
        Assert.Empty(_waiter.Told);
        Add("m8", "8");
        Assert.Equal(
            ["0 Ok", "1 Ok", "2 Ok", "3 Ok", "3 again Ok", "4 Ok", "5 Ok", "6 Ok", "7 Ok"], _waiter.Told.Where(line => line != "flush"));
        _burst.Submit();
        Assert.Equal("8 Ok", _waiter.Told.Last(line => line != "flush"));
        Assert.All(_models.Directory.Slots.SelectMany(s => s.Ready), m => Assert.Equal((0, 0), (m.Leases, m.Batcher.Queue.Count)));
    }

    [Fact]
    public void One_that_is_refused_ends_by_value_and_is_not_told_and_the_others_run()
    {
        var a = Serve("a");
        Serve("resting");
        _models.Traffic.Route("resting", 0);
        Add("a", "first");
        var unknown = Entry("nobody", "unknown");
        Assert.Equal(ScoreStatus.NotFound, _burst.Add(unknown));
        Assert.Equal("Request for unknown model: 'nobody' is not found", unknown.Error);
        Assert.Equal(ScoreStatus.ModelUnavailable, _burst.Add(Entry("resting", "resting")));
        var misfit = _waiter.Awaits(new EntryBuilder().For("a").WithId("misfit").Floats("z", [1, 1], 1).Build());
        Assert.Equal(ScoreStatus.InvalidArgument, _burst.Add(misfit));
        Assert.Equal("unexpected inference input 'z' for model 'a'", misfit.Error);
        Assert.Equal((1, 1L), (a.Model.Leases, a.Model.Statistics.FailedWith(ScoreStatus.InvalidArgument)));
        Add("a", "last");
        _burst.Submit();
        Assert.Equal(["first Ok", "last Ok", "flush"], _waiter.Told);
        Assert.Equal(["first last"], a.Instance.Batches.Select(x => x.Line));
        Assert.Equal(0, a.Model.Leases);
    }

    [Fact]
    public void One_that_is_given_up_before_it_is_submitted_runs_and_is_told_once()
    {
        var a = Serve("a");
        var entry = Add("a", "gone");
        Assert.False(a.Model.Batcher.TryCancel(entry));
        _burst.Submit();
        Assert.Equal(["gone Ok", "flush"], _waiter.Told);
        Assert.Equal(0, a.Model.Leases);
    }

    [Fact]
    public async Task Where_an_instance_is_busy_they_wait_together_for_it()
    {
        var a = Serve("a", open: false);
        Add("a", "held");
        var holding = Task.Run(_burst.Submit, TestContext.Current.CancellationToken);
        await a.Instance.EnteredAsync(TestContext.Current.CancellationToken);
        var burst = new RequestBurst(_models.Pipeline);
        foreach (var id in new[] { "1", "2" }) Assert.Equal(ScoreStatus.Ok, burst.Add(Entry("a", id)));
        burst.Submit();
        Assert.Empty(_waiter.Told);
        a.Instance.Open();
        await _waiter.ToldAsync(3, TestContext.Current.CancellationToken);
        await holding;
        Assert.Equal(["held", "1 2"], a.Instance.Batches.Select(x => x.Line));
    }

    private (ServingModel Model, GatedModelInstance Instance) Serve(string name, long version = 1, bool open = true)
    {
        var instance = new GatedModelInstance(Signature, TimeProvider.System);
        if (open) instance.Open();
        return (_models.Serve(name, version, Signature, instance), instance);
    }

    private BatchEntry Entry(string model, string id, long version = 0) =>
        _waiter.Awaits(new EntryBuilder().For(model, version).WithId(id).Floats("x", [1, 1], 1).Build());

    private BatchEntry Add(string model, string id, long version = 0)
    {
        var entry = Entry(model, id, version);
        Assert.Equal(ScoreStatus.Ok, _burst.Add(entry));
        return entry;
    }
}
