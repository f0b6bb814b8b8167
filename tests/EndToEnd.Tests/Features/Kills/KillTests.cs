namespace EndToEnd.Tests.Features.Kills;

/// <summary>SIGKILL at any moment loses no acknowledged event and applies none twice.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const string SoakSetting = "APPLIANCE_SOAK", SeedSetting = "APPLIANCE_SEED";

    [Fact]
    public Task Twenty_kills_lose_no_acknowledged_event_and_apply_none_twice() => RunAsync(kills: 20, compareEvery: 5, damageEvery: 9, isLong: false);

    [Fact]
    public Task Two_hundred_kills_lose_no_acknowledged_event_and_apply_none_twice()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(SoakSetting) == "1", $"takes minutes: set {SoakSetting}=1");
        return RunAsync(kills: 240, compareEvery: 10, damageEvery: 12, isLong: true);
    }

    private async Task RunAsync(int kills, int compareEvery, int damageEvery, bool isLong)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(SeedSetting), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        using var series = new KillSeries(seed, output);
        await series.RunAsync(kills, compareEvery, damageEvery);
        // On a slow machine twenty short lives may not get that far.
        Assert.True(!isLong || series.FirstLogSegment() > 0, "the store's log was never compacted: the test is too small");
    }
}
