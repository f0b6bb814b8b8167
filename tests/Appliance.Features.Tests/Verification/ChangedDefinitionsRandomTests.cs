namespace Appliance.Features.Tests.Verification;

/// <summary>Definitions that change at random while features are served: what was served right is never called wrong.</summary>
public sealed class ChangedDefinitionsRandomTests
{
    private const int Rounds = 40;

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Whatever_changes_between_samples_nothing_is_called_wrong(int seed)
    {
        var random = new Random(seed);
        var definitions = new RandomDefinitions(random);
        await using var bed = new SampledBed(Noon);
        var json = definitions.Json;
        bed.Define(json);
        for (var round = 0; round < Rounds; round++)
        {
            await bed.ApplyAsync([.. Enumerable.Range(0, 12).Select(_ => definitions.Event(bed.Time.GetUtcNow()))]);
            for (var id = 1; id <= 3; id++) bed.Serve(id, definitions.Features);
            bed.Time.Advance(random.Next(3) switch { 0 => TimeSpan.FromMilliseconds(1), 1 => TimeSpan.FromSeconds(1), _ => TimeSpan.FromMinutes(random.Next(1, 60)) });
            definitions.Change();
            if (definitions.Json != json) bed.Define(json = definitions.Json);
            if (round % 10 == 9) await VerifyAsync(bed, seed, round);
        }
    }

    private static async Task VerifyAsync(SampledBed bed, int seed, int round)
    {
        var report = await bed.VerifyAsync();
        var wrong = report.Features.SelectMany(f => f.Examples.Select(e => $"{f.Feature}: {e.Served}, by definition {e.Expected}, {e.Entity} at {e.ReadAt}, position {e.Position}"));
        Assert.True(report.Mismatched == 0, $"seed {seed}, round {round}: {string.Join("; ", wrong.Take(10))}");
        // Much changes under it, and that is said; but not everything is called unknown.
        Assert.True(report.Compared > report.Samples, $"seed {seed}, round {round}: {report.Compared} compared, {report.Unverifiable} not verifiable, of {report.Samples} samples");
    }
}
