using Appliance.Features.Verification;

namespace Appliance.Scoring.Tests.Samples;

/// <summary>What members of the sample are served, against what the definitions give.</summary>
public sealed class SampledMembersTests
{
    private const int Seed = 20250131;
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_scored_at_many_moments_are_what_the_definitions_give()
    {
        await using var bench = new MemberBench(Start);
        await RunAsync(bench, MemberEvents.Of(150), chunks: 25, (_, _) => Task.CompletedTask);
        var report = await bench.VerifyAsync();
        AssertSound(report);
        Assert.Equal(1_000, report.Samples);
        Assert.All(report.Features, f => Assert.Equal(1_000, f.Compared + f.Unverifiable));
        Assert.Equal(0, report.Unverifiable);
    }

    [Fact]
    public async Task Restarts_with_and_without_a_checkpoint_change_nothing_of_it()
    {
        await using var bench = new MemberBench(Start);
        await RunAsync(bench, MemberEvents.Of(80), chunks: 9, (chunk, _) => chunk % 3 == 2 ? bench.RestartAsync(flush: chunk == 5) : Task.CompletedTask);
        var report = await bench.VerifyAsync();
        AssertSound(report);
        Assert.Equal(360, report.Samples);
    }

    [Fact]
    public async Task Rows_scored_while_events_are_applied_are_what_the_definitions_give_at_some_moment_of_the_read()
    {
        await using var bench = new MemberBench(Start.AddDays(31));
        var events = MemberEvents.Of(60);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = bench.Features.Platform.RunAsync(ending.Token);
        long[] members = [.. events.Select(e => e.Member).Distinct()];
        var appending = Task.Run(async () =>
        {
            foreach (var chunk in events.Chunk(40)) await bench.Features.AppendAsync(Stop, [.. chunk.Select(e => e.Json)]);
        }, Stop);
        var random = new Random(Seed);
        for (var i = 0; i < 3_000 || bench.Features.Platform.Statistics.Applied < events.Count; i++)
        {
            if (i < 3_000) bench.Score(members[random.Next(members.Length)], members[random.Next(members.Length)]);
            else await Task.Yield();
        }
        await appending;
        var report = await bench.VerifyAsync();
        await ending.CancelAsync();
        await running;
        AssertSound(report);
        Assert.Equal(6_000, report.Samples);
    }

    [Fact]
    public async Task A_wrong_expression_is_reported_for_its_feature_and_no_other()
    {
        await using var bench = new MemberBench(Start);
        bench.ServeWrongly(MemberModel.Definitions.Replace("(like_30d + comment_30d) / (like_30d + comment_30d + 10)", "(like_30d + comment_30d) / (like_30d + comment_30d + 11)"));
        await RunAsync(bench, MemberEvents.Of(40), chunks: 5, (_, _) => Task.CompletedTask);
        var report = await bench.VerifyAsync();
        var wrong = Assert.Single(report.Features, f => f.Mismatched > 0);
        Assert.Equal("member_social:social_interaction_score", wrong.Feature.ToString());
        Assert.True(wrong.WorstDifference is > 0.01 and < 0.05, $"{wrong.WorstDifference}");
        Assert.Equal(5, wrong.Examples.Count);
        Assert.StartsWith("member_id=", wrong.Examples[0].Entity);
    }

    [Fact]
    public async Task A_wrong_window_is_reported_for_its_feature_and_no_other()
    {
        await using var bench = new MemberBench(Start);
        const string Visits = "\"name\": \"visit_7d\", \"type\": \"int64\", \"default\": 0, \"aggregate\": { \"function\": \"count\", \"where\": \"type == 'visit'\", \"window\": ";
        Assert.Contains(Visits, MemberModel.Definitions);
        bench.ServeWrongly(MemberModel.Definitions.Replace($"{Visits}\"7d\"", $"{Visits}\"14d\""));
        await RunAsync(bench, MemberEvents.Of(40), chunks: 8, (_, _) => Task.CompletedTask);
        var wrong = Assert.Single((await bench.VerifyAsync()).Features, f => f.Mismatched > 0);
        Assert.Equal("member_activity:visit_7d", wrong.Feature.ToString());
        Assert.True(wrong.Equal > 0, "In the first week both windows hold the same.");
    }

    [Fact]
    public async Task Samples_of_other_models_and_of_earlier_are_left_alone_when_asked_for_some()
    {
        await using var bench = new MemberBench(Start);
        await RunAsync(bench, MemberEvents.Of(20), chunks: 4, (_, _) => Task.CompletedTask);
        Assert.Equal(0, (await bench.Features.VerifyAsync(Stop, new VerificationRequest(null, "other"))).Samples);
        Assert.Equal(40, (await bench.Features.VerifyAsync(Stop, new VerificationRequest(TimeSpan.FromSeconds(10), MemberModel.Name))).Samples);
        Assert.Equal(160, (await bench.Features.VerifyAsync(Stop, new VerificationRequest(TimeSpan.FromDays(400), MemberModel.Name))).Samples);
    }

    // Events in pieces, the clock along with them; profiles come and change; 40 members are scored after each piece.
    private static async Task RunAsync(MemberBench bench, List<(DateTimeOffset Time, long Member, string Json)> events, int chunks, Func<int, Random, Task> afterChunk)
    {
        var random = new Random(Seed);
        long[] members = [.. events.Select(e => e.Member).Distinct()];
        var size = (events.Count + chunks - 1) / chunks;
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            var own = events.Skip(chunk * size).Take(size).ToList();
            bench.MoveTo(own[^1].Time.AddSeconds(random.Next(60)));
            var profiles = Enumerable.Range(0, 10).Select(i => MemberEvents.Profile(
                members[random.Next(members.Length)], Start.AddHours(random.Next(3)), random.Next(1_000), random.Next(2) == 0 ? "25-34" : "35-44", $"p{chunk}.{i}"));
            await bench.Features.AppendAsync(Stop, [.. own.Select(e => e.Json), .. profiles]);
            await bench.Features.CatchUpAsync(Stop);
            for (var i = 0; i < 20; i++) bench.Score(members[random.Next(members.Length)], i == 0 ? 999_999_999 : members[random.Next(members.Length)]);
            await afterChunk(chunk, random);
        }
    }

    private static void AssertSound(VerificationReport report)
    {
        var wrong = report.Features.SelectMany(f => f.Examples.Select(e => $"{f.Feature}: {e.Served}, by definition {e.Expected}, {e.Entity} at {e.ReadAt}"));
        Assert.True(report.Mismatched == 0, $"seed {Seed}: {string.Join("; ", wrong.Take(10))}");
        Assert.True(report.Compared > report.Unverifiable * 9, $"seed {Seed}: {report.Compared} compared, {report.Unverifiable} not verifiable");
    }
}
