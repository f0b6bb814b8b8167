using Appliance.Inference;
using TestKit;

namespace Appliance.Scoring.Tests;

/// <summary>Versions are swapped under many callers. No request fails, and the sessions' books balance.</summary>
public sealed class SwapStressTests
{
    private const int Callers = 4, Swaps = 1_000, RequestsPerSwap = 40;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_thousand_swaps_fail_no_request(bool gathers)
    {
        var rig = new PipelineRig();
        rig.Source.Configure = b => b.Gathers = gathers;
        rig.Source.Put("m", 1);
        await rig.LoadAsync();
        var answered = await UnderLoadAsync(rig, _ => 0, Swaps, async i =>
        {
            rig.Source.Put("m", i + 2);
            rig.Source.Remove("m", i + 1);
            Assert.Equal(i + 2, (await rig.LoadAsync()).Version);
        });
        Assert.True(answered > Swaps, $"{answered} requests are no load");
        await AssertBalancedAsync(rig, Swaps + 1);
    }

    [Fact]
    public async Task A_version_reloaded_a_thousand_times_fails_no_request_not_even_one_that_names_it()
    {
        var rig = new PipelineRig();
        rig.Source.Configure = b => b.Gathers = true;
        rig.Source.Put("m", 1);
        await rig.LoadAsync();
        await UnderLoadAsync(rig, caller => caller % 2, Swaps, async _ =>
        {
            rig.Source.Put("m", 1);
            Assert.Equal(1, (await rig.LoadAsync()).Version);
        });
        await AssertBalancedAsync(rig, Swaps + 1);
    }

    [Fact]
    public async Task Pinning_back_and_forth_fails_no_request()
    {
        var rig = new PipelineRig();
        rig.Source.Put("m", 1, 2);
        await rig.LoadAsync();
        await UnderLoadAsync(rig, _ => 0, Swaps / 2, async i => Assert.True((await rig.Manager.PinAsync("m", 1 + (i % 2), "ann", Cancellation)).Succeeded));
        await AssertBalancedAsync(rig, (Swaps / 2) + 1);
    }

    // Each swap comes with a few requests more than its time takes, so that requests run through all of it and no core is kept from the swap.
    private static async Task<int> UnderLoadAsync(PipelineRig rig, Func<int, long> versionOf, int swaps, Func<int, Task> swap)
    {
        using var permits = new SemaphoreSlim(0);
        var done = false;
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(
            async () =>
            {
                for (var sent = 0; ; sent++)
                {
                    await permits.WaitAsync(Cancellation);
                    if (Volatile.Read(ref done)) return sent;
                    await rig.InferAsync((caller * 100) + (sent % 100), versionOf(caller));
                }
            },
            Cancellation)).ToArray();
        for (var i = 0; i < swaps && !callers.Any(c => c.IsCompleted); i++)
        {
            permits.Release(RequestsPerSwap);
            await swap(i);
        }
        Volatile.Write(ref done, true);
        permits.Release(Callers);
        return (await Task.WhenAll(callers)).Sum();
    }

    private static async Task AssertBalancedAsync(PipelineRig rig, int sessions)
    {
        await rig.Manager.StopAsync(TestContext.Current.CancellationToken);
        var ledger = rig.Source.Sessions;
        await ledger.DisposedAsync(sessions, Cancellation);
        Assert.Equal((sessions, sessions, 0), (ledger.Created, ledger.Disposed, ledger.Misused));
        Assert.Equal(0, rig.Gate.Inside);
        Assert.Equal(ScoreStatus.ModelUnavailable, await rig.Pipeline.InferAsync(rig.Rent(1)));
    }
}
