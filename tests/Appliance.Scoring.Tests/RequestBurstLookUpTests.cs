using System.Text;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using Appliance.Scoring.Traffic;
using Microsoft.Extensions.Time.Testing;
using TestKit;

namespace Appliance.Scoring.Tests;

/// <summary>Which version the requests of one burst get, of which the first alone is looked up.</summary>
public sealed class RequestBurstLookUpTests
{
    private static readonly ModelSignature Signature = SignatureBuilder.Echo(8, Datatype.FP32, 1);

    private readonly FakeTimeProvider _time = new();
    private readonly TestModels _models;
    private readonly RecordingWaiter _waiter = new();
    private readonly RequestBurst _burst;

    public RequestBurstLookUpTests()
    {
        _models = new TestModels(_time);
        _burst = new RequestBurst(_models.Pipeline);
    }

    [Fact]
    public void Each_request_of_a_burst_has_a_lease_of_its_own_and_all_come_back()
    {
        var a = Serve("a");
        Assert.Equal([1L, 1, 1], [Add("a"), Add("a"), Add("a")]);
        Assert.Equal(3, a.Leases);
        _burst.Submit();
        Assert.Equal(0, a.Leases);
        Assert.Equal(3, _waiter.Told.Count(line => line != "flush"));
    }

    [Fact]
    public async Task A_version_that_begins_to_drain_in_the_middle_gets_nothing_of_the_rest_and_drains_with_the_burst()
    {
        var one = Serve("a", 1);
        Assert.Equal([1L, 1], [Add("a"), Add("a")]);
        var two = Serve("a", 2);
        var retiring = _models.RetireAsync(one);
        Assert.Equal([2L, 2], [Add("a"), Add("a")]);
        Assert.Equal((2, 2, false), (one.Leases, two.Leases, retiring.IsCompleted));
        _burst.Submit();
        await retiring.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal((0, 0), (one.Leases, two.Leases));
    }

    [Fact]
    public async Task Where_no_version_is_left_the_rest_is_refused_and_those_before_run()
    {
        var one = Serve("a", 1);
        Add("a");
        var retiring = _models.RetireAsync(one);
        Assert.Equal(ScoreStatus.ModelUnavailable, _burst.Add(Entry("a")));
        _burst.Submit();
        await retiring.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(0, one.Leases);
    }

    [Fact]
    public void A_burst_goes_where_its_first_went_and_the_next_where_requests_are_routed_by_then()
    {
        Serve("a", 1);
        Assert.Equal(1, Add("a"));
        Serve("a", 2);
        Assert.Equal(1, Add("a"));
        _burst.Submit();
        Assert.Equal(2, Add("a"));
        _burst.Submit();
        AssertNoLeases();
    }

    [Fact]
    public void Other_models_and_versions_asked_for_by_number_in_between_are_their_own()
    {
        Serve("a", 1);
        Serve("a", 2);
        Serve("ab", 7);
        Serve("b", 9);
        Assert.Equal([2L, 1, 2, 9, 2, 7, 1, 7, 2], [Add("a"), Add("a", 1), Add("a"), Add("b"), Add("a"), Add("ab"), Add("a", 1), Add("ab"), Add("a")]);
        Assert.Equal(ScoreStatus.NotFound, _burst.Add(Entry("a", 3)));
        Assert.Equal(ScoreStatus.NotFound, _burst.Add(Entry("")));
        Assert.Equal(ScoreStatus.NotFound, _burst.Add(Entry("A")));
        Assert.Equal(2, Add("a"));
        _burst.Submit();
        AssertNoLeases();
    }

    [Theory]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1000)]
    public void A_name_of_any_length_is_found_and_not_taken_for_its_beginning(int length)
    {
        var name = new string('n', length);
        Serve(name, 3);
        Serve(name + "n", 4);
        Assert.Equal([3L, 3, 4, 4, 3], [Add(name), Add(name), Add(name + "n"), Add(name + "n"), Add(name)]);
        _burst.Submit();
        AssertNoLeases();
    }

    [Fact]
    public void A_split_that_begins_in_the_middle_takes_the_rest_and_one_that_ends_leaves_nothing_behind()
    {
        Serve("a", 2);
        Serve("a", 1);
        Assert.Equal([1L, 1], [Add("a"), Add("a")]);
        _models.Traffic.Split("a", new TrafficRequest([new(2, 5_000), new(1, 5_000)], [], "ann", "why"));
        var arms = Enumerable.Range(0, 60).Select(i => Add("a", caller: $"caller {i}")).ToList();
        Assert.Equal([1L, 2], arms.Distinct().Order());
        // The last one before its end went to the arm that is given up.
        while (Add("a", caller: $"caller {arms.Count}") != 2) arms.Add(1);
        _models.Traffic.Clear("a", "ann", "worse");
        Assert.Equal([1L, 1], [Add("a"), Add("a")]);
        _burst.Submit();
        AssertNoLeases();
    }

    [Fact]
    public void One_that_does_not_bind_or_is_refused_for_its_share_gives_its_lease_back()
    {
        // 8 places, the last of them for models that hold none.
        var models = new TestModels(_time, maxConcurrentRequests: 8);
        var instance = new GatedModelInstance(Signature, _time);
        instance.Open();
        var a = models.Serve("a", 1, Signature, instance);
        var burst = new RequestBurst(models.Pipeline);
        var entries = Enumerable.Range(0, 8).Select(_ => Entry("a")).ToArray();
        Assert.All(entries, e => Assert.True(models.Pipeline.TryEnter(e, burst.Received)));
        var statuses = entries.Select(burst.Add).ToArray();
        Assert.Equal(ScoreStatus.Ok, statuses[0]);
        Assert.Equal(ScoreStatus.OverShare, statuses[^1]);
        Assert.Equal(statuses.Count(s => s == ScoreStatus.Ok), a.Leases);
        var misfit = _waiter.Awaits(new EntryBuilder().For("a").Floats("z", [1, 1], 1).Build());
        Assert.NotEqual(ScoreStatus.Ok, burst.Add(misfit));
        Assert.Equal(statuses.Count(s => s == ScoreStatus.Ok), a.Leases);
        burst.Submit();
        Assert.Equal(0, a.Leases);
    }

    [Fact]
    public void A_burst_was_received_once_and_the_next_one_later()
    {
        Serve("a");
        var first = _burst.Received;
        Assert.Equal(_time.GetTimestamp(), first);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Add("a");
        Assert.Equal(first, _burst.Received);
        _burst.Submit();
        Assert.Equal(_time.GetTimestamp(), _burst.Received);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        // Nothing was added: it is over all the same.
        _burst.Submit();
        Assert.Equal(_time.GetTimestamp(), _burst.Received);
    }

    private ServingModel Serve(string name, long version = 1)
    {
        var instance = new GatedModelInstance(Signature, _time);
        instance.Open();
        return _models.Serve(name, version, Signature, instance);
    }

    private BatchEntry Entry(string model, long version = 0) => _waiter.Awaits(new EntryBuilder().For(model, version).WithId("x").Floats("x", [1, 1], 1).Build());

    // The version that it goes to.
    private long Add(string model, long version = 0, string caller = "")
    {
        var entry = Entry(model, version);
        CallerKey.Set(entry, Encoding.UTF8.GetBytes(caller));
        Assert.Equal(ScoreStatus.Ok, _burst.Add(entry));
        return entry.Model!.Version;
    }

    private void AssertNoLeases() => Assert.All(_models.Directory.Slots.SelectMany(s => s.Ready), m => Assert.Equal(0, m.Leases));
}
