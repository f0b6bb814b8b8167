using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Microsoft.Extensions.Time.Testing;
using TestKit;

namespace Appliance.Scoring.Tests;

public sealed class ScoringPipelineTests
{
    [Fact]
    public async Task A_request_without_a_version_goes_where_the_traffic_table_says()
    {
        var rig = await LoadedAsync(1, 2);
        Assert.Equal(2, await rig.InferAsync(10));
        rig.Traffic.Route("m", 1);
        Assert.Equal(1, await rig.InferAsync(10));
    }

    [Fact]
    public async Task A_request_with_a_version_goes_to_it_though_nothing_is_routed_there()
    {
        var rig = await LoadedAsync(1, 2);
        Assert.Equal(1, await rig.InferAsync(10, version: 1));
        rig.Traffic.Route("m", 0);
        Assert.Equal(2, await rig.InferAsync(10, version: 2));
    }

    [Fact]
    public async Task An_unknown_model_is_not_found()
    {
        var rig = await LoadedAsync(1);
        await AssertFailsAsync(rig, rig.Rent(1, model: "wer?"), ScoreStatus.NotFound, "Request for unknown model: 'wer?' is not found");
    }

    [Fact]
    public async Task A_version_that_is_not_ready_is_not_found()
    {
        var rig = await LoadedAsync(1);
        await AssertFailsAsync(rig, rig.Rent(1, version: 3), ScoreStatus.NotFound, "Request for unknown model: 'm' version 3 is not found");
    }

    [Fact]
    public async Task A_model_to_which_nothing_is_routed_is_unavailable()
    {
        var rig = await LoadedAsync(1);
        rig.Traffic.Route("m", 0);
        await AssertFailsAsync(rig, rig.Rent(1), ScoreStatus.ModelUnavailable, "Request for unknown model: 'm' has no available versions");
    }

    [Fact]
    public async Task A_route_to_a_version_that_is_gone_is_unavailable_rather_than_an_endless_search()
    {
        var rig = await LoadedAsync(1);
        rig.Traffic.Route("m", 9);
        await AssertFailsAsync(rig, rig.Rent(1), ScoreStatus.ModelUnavailable, "Request for unknown model: 'm' has no available versions");
    }

    [Fact]
    public async Task A_version_that_only_drains_is_not_found_rather_than_an_endless_search()
    {
        var rig = await LoadedAsync(1);
        await rig.Version(1).DrainAsync();
        await AssertFailsAsync(rig, rig.Rent(1, version: 1), ScoreStatus.NotFound, "Request for unknown model: 'm' version 1 is not found");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_version_that_is_replaced_again_and_again_is_always_found(long asked)
    {
        const int Replacements = 20_000;
        var rig = new PipelineRig();
        var builder = new ServedModelBuilder(VersionStampInstance.Signature, TimeProvider.System);
        var current = builder.Deploy(rig.Directory);
        rig.Traffic.Route("m", 1);
        var done = false;
        var caller = Task.Factory.StartNew(
            () =>
            {
                for (var entry = rig.Rent(0, asked); !Volatile.Read(ref done); entry.Unlease())
                {
                    Assert.True(rig.Pipeline.TryAcquire(entry) == ScoreStatus.Ok, entry.Error);
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var i = 0; i < Replacements && !caller.IsCompleted; i++)
        {
            var old = current;
            current = builder.Deploy(rig.Directory);
            _ = old.DrainAsync();
        }
        Volatile.Write(ref done, true);
        await caller;
    }

    [Fact]
    public async Task A_request_that_does_not_fit_the_model_is_refused_counted_and_gives_its_lease_back()
    {
        var time = new FakeTimeProvider();
        var rig = await LoadedAsync(time, 1);
        Assert.True(rig.Pipeline.TryRent(out var entry));
        new EntryBuilder(entry).For("m").Floats("z", [1, 1], 1);
        time.Advance(TimeSpan.FromMilliseconds(2));
        await AssertFailsAsync(rig, entry, ScoreStatus.InvalidArgument, "unexpected inference input 'z' for model 'm'");
        var statistics = rig.Version(1).Statistics;
        Assert.Equal((1L, 1L, 2_000_000L), (statistics.FailedWith(ScoreStatus.InvalidArgument), statistics.Failure.Count, statistics.Failure.Nanoseconds));
        Assert.Equal(0, statistics.Success.Count);
    }

    [Fact]
    public async Task An_answered_request_gave_its_lease_back_and_still_knows_its_model()
    {
        var rig = await LoadedAsync(1);
        var entry = rig.Rent(5);
        Assert.Equal(ScoreStatus.Ok, await rig.Pipeline.InferAsync(entry));
        Assert.Equal((0, "m"), (entry.Model!.Leases, entry.Model.Name));
        Assert.Equal(6f, PipelineRig.Answer(entry));
        Assert.Equal(1, rig.Version(1).Statistics.Success.Count);
    }

    [Fact]
    public async Task A_transport_may_fill_the_request_after_the_version_is_chosen()
    {
        var rig = await LoadedAsync(1);
        Assert.True(rig.Pipeline.TryRent(out var entry));
        new EntryBuilder(entry).For("m");
        Assert.Equal(ScoreStatus.Ok, rig.Pipeline.TryAcquire(entry));
        Assert.Equal(1, entry.Model!.Leases);
        new EntryBuilder(entry).Floats(entry.Model.Signature.Inputs[0].Name, [1, 1], 2);
        Assert.Equal(ScoreStatus.Ok, await rig.Pipeline.SubmitAsync(entry));
        Assert.Equal((0, 3f), (entry.Model.Leases, PipelineRig.Answer(entry)));
    }

    [Fact]
    public async Task A_request_given_up_after_the_version_is_chosen_gives_its_lease_back()
    {
        var rig = await LoadedAsync(1);
        var entry = rig.Rent(1);
        Assert.Equal(ScoreStatus.Ok, rig.Pipeline.TryAcquire(entry));
        Assert.Equal(ScoreStatus.InvalidArgument, rig.Pipeline.Abandon(entry, ScoreStatus.InvalidArgument));
        Assert.Equal((0, 1L), (rig.Version(1).Leases, rig.Version(1).Statistics.FailedWith(ScoreStatus.InvalidArgument)));
    }

    [Fact]
    public void A_full_appliance_admits_nobody_until_somebody_leaves()
    {
        var rig = new PipelineRig(limit: 1);
        Assert.True(rig.Pipeline.TryRent(out var entry));
        Assert.False(rig.Pipeline.TryRent(out var refused));
        Assert.Null(refused);
        Assert.Equal(1, rig.Gate.Refused);
        rig.Pipeline.Return(entry);
        Assert.True(rig.Pipeline.TryRent(out _));
    }

    [Fact]
    public void A_request_in_the_transports_own_slot_takes_a_place_like_any_other_and_leaves_the_slot_as_new()
    {
        var time = new FakeTimeProvider();
        var rig = new PipelineRig(limit: 1, time);
        time.Advance(TimeSpan.FromSeconds(1));
        var (own, other) = (new BatchEntry(), new BatchEntry());
        Assert.True(rig.Pipeline.TryEnter(own, 1));
        Assert.Equal(1, own.Timings.Received);
        Assert.False(rig.Pipeline.TryEnter(other, 1));
        Assert.False(rig.Pipeline.TryRent(out _));
        Assert.Equal((1, 2L, default), (rig.Gate.Inside, rig.Gate.Refused, other.Timings));
        new EntryBuilder(own).For("m", 3).Floats("x", [1, 1], 1);
        rig.Pipeline.Leave(own);
        Assert.Equal((0, 0, 0L, default), (rig.Gate.Inside, own.InputCount, own.RequestedVersion, own.Timings));
        // It is the transport's still: nobody gets it from the pool.
        Assert.True(rig.Pipeline.TryRent(out var rented));
        Assert.NotSame(own, rented);
    }

    [Fact]
    public void A_request_is_stamped_as_received_when_it_is_admitted()
    {
        var time = new FakeTimeProvider();
        var rig = new PipelineRig(time: time);
        Assert.True(rig.Pipeline.TryRent(out var entry));
        Assert.Equal(time.GetTimestamp(), entry.Timings.Received);
        Assert.Equal(time.TimestampFrequency, rig.Pipeline.TimestampFrequency);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_is_told_before_the_model_runs()
    {
        var rig = await LoadedAsync(1);
        var entry = rig.Rent(1);
        entry.Deadline = entry.Timings.Received;
        Assert.Equal(ScoreStatus.DeadlineExceeded, await rig.Pipeline.InferAsync(entry));
        Assert.Equal(0, rig.Version(1).Statistics.ExecutionCount);
    }

    [Theory]
    [InlineData(127, false)]
    [InlineData(129, true)]
    public async Task What_a_thread_of_the_transport_brings_soon_after_another_is_run_elsewhere_with_what_follows(int microseconds, bool runsHere)
    {
        var time = new FakeTimeProvider();
        using var busy = new HeldWork();
        using var elsewhere = new RunScheduler(1);
        elsewhere.Queue(busy);
        var rig = new PipelineRig(time: time);
        rig.Source.Configure = b => (b.Gathers, b.Scheduler) = (true, elsewhere);
        rig.Source.Put("m", 1);
        rig.Source.Want("m", 1);
        Assert.True((await rig.LoadAsync()).Succeeded);
        List<(BatchEntry Entry, Task<ScoreStatus> Answer, bool RanHere)> asked = [];
        var transport = new Thread(() =>
        {
            for (var x = 1; x <= 2; x++)
            {
                var entry = rig.Rent(x);
                var answer = rig.Pipeline.InferAsync(entry);
                var ranHere = answer.IsCompleted;
                asked.Add((entry, answer.AsTask(), ranHere));
                time.Advance(TimeSpan.FromMicroseconds(microseconds));
            }
        });
        transport.Start();
        transport.Join();
        busy.Release();

        Assert.Equal([true, runsHere], asked.Select(a => a.RanHere));
        foreach (var (entry, answer, _) in asked)
        {
            Assert.Equal(ScoreStatus.Ok, await answer);
            rig.Pipeline.Return(entry);
        }
    }

    [Fact]
    public async Task A_request_that_runs_where_it_arrives_allocates_nothing()
    {
        var rig = await LoadedAsync(1);
        rig.Source.Configure = b => b.Gathers = false;
        var (name, input, content) = ("m"u8.ToArray(), "x"u8.ToArray(), new byte[4]);
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                rig.Pipeline.TryRent(out var entry);
                entry!.ModelName = name;
                ref var x = ref entry.AddInput();
                (x.Name, x.Content, x.Datatype, x.Rank) = (input, content, Datatype.FP32, 2);
                entry.AddDim(1);
                entry.AddDim(1);
                if (rig.Pipeline.InferAsync(entry).Result != ScoreStatus.Ok) throw new InvalidOperationException(entry.Error);
                rig.Pipeline.Return(entry);
            }
        }));
    }

    private sealed class HeldWork : IThreadPoolWorkItem, IDisposable
    {
        private readonly ManualResetEventSlim _released = new();

        public void Execute() => _released.Wait();

        public void Release() => _released.Set();

        public void Dispose() => _released.Dispose();
    }

    private static Task<PipelineRig> LoadedAsync(params long[] versions) => LoadedAsync(TimeProvider.System, versions);

    private static async Task<PipelineRig> LoadedAsync(TimeProvider time, params long[] versions)
    {
        var rig = new PipelineRig(time: time);
        rig.Source.Put("m", versions);
        rig.Source.Want("m", versions);
        Assert.True((await rig.LoadAsync()).Succeeded);
        return rig;
    }

    private static async Task AssertFailsAsync(PipelineRig rig, Inference.Batching.BatchEntry entry, ScoreStatus status, string error)
    {
        Assert.Equal(status, await rig.Pipeline.InferAsync(entry));
        Assert.Equal((status, error), (entry.Status, entry.Error));
        Assert.All(rig.Directory.Unordered.SelectMany(s => s.Ready), m => Assert.Equal(0, m.Leases));
        rig.Pipeline.Return(entry);
        Assert.Equal(0, rig.Gate.Inside);
    }
}
