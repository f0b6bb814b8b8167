using Appliance.Features.Backfill;
using FeatureModel.Tests.Windows;
using FeatureModel.Values;

namespace Appliance.Features.Tests.Backfill;

/// <summary>
/// History and stream, cut at random, overlapping, out of order, with crashes, repeated runs, a lost store: every function over every field equals brute
/// force over the events, each once.
/// </summary>
public sealed class BackfillPropertyTests
{
    private const string View = "late_view";

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_view_that_was_given_history_reads_as_if_the_stream_had_been_there_from_the_beginning(int seed)
    {
        var make = new ShopEvents(seed);
        await using var bed = new BackfillBed(Noon);
        // A horizon that is often overrun: what the stream brings meanwhile must then be read from the journal.
        bed.Options.Journal.DedupEvents = seed % 3 == 0 ? 10 : 1_000;
        bed.Options.Ingest.CheckpointEvents = 40;
        await bed.StartAsync();
        // Before the view, only in history, or in the stream too; after it, in both, in any order.
        var old = make.Make(150, bed.Now, ties: true);
        var shared = make.Make(100, bed.Now, ties: false);
        var late = make.Make(60, bed.Now, ties: true);
        bed.Declare(ShopEvents.Count("first_view"));
        await bed.SendAsync([.. old.Take(make.Random.Next(150)).Select(e => e.Json)]);
        await bed.CatchUpAsync();
        bed.Declare(ShopEvents.Everything(View));
        await bed.CatchUpAsync();

        var stream = Mixed(shared, late, make.Random);
        List<string> history = [.. old.Select(e => e.Json), .. shared.Select(e => e.Json)];
        var sent = make.Random.Next(stream.Count / 2);
        await bed.SendAsync([.. stream.Take(sent)]);
        for (var runs = make.Random.Next(1, 4); runs > 0; runs--) sent = await RunAsync(bed, make.Random, history, stream, sent, isCut: runs > 1);
        await bed.SendAsync([.. stream.Skip(sent)]);
        if (seed % 4 == 0) await bed.LoseStoreAsync();
        await bed.CatchUpAsync();
        AssertEqual(bed, [.. old, .. shared, .. late], $"seed {seed}");

        // All of it once more, on either way, changes nothing; a restart neither.
        Assert.Equal(0, (await bed.BackfillAsync(View, history)).Appended);
        await bed.Platform.FlushAsync();
        await bed.CrashAsync();
        // Where the stream has forgotten its own ids, only what came as history is found.
        if (bed.Options.Journal.DedupEvents > 10) await bed.SendAsync([.. shared.Select(e => e.Json)]);
        await bed.CatchUpAsync();
        AssertEqual(bed, [.. old, .. shared, .. late], $"seed {seed}, once more");
    }

    // One run of the backfill, to its end or to a crash, with the stream going on beside it. Returns how much of the stream has been sent.
    private static async Task<int> RunAsync(BackfillBed bed, Random random, List<string> history, List<string> stream, int sent, bool isCut)
    {
        using (var backfill = await bed.BeginAsync(View))
        {
            for (var at = 0; at < history.Count;)
            {
                var chunk = history.GetRange(at, Math.Min(random.Next(1, 60), history.Count - at));
                var step = await backfill.TakeAsync(BackfillBed.Records(chunk), BackfillBed.Cancellation);
                Assert.True(step.Outcome == BackfillOutcome.Ok, step.Reason);
                Assert.Empty(step.Refusals);
                at += chunk.Count;
                var more = Math.Min(random.Next(12), stream.Count - sent);
                await bed.SendAsync(stream.GetRange(sent, more));
                sent += more;
                if (random.Next(3) == 0) await bed.StepAsync();
                if (random.Next(6) == 0) await bed.Platform.FlushAsync();
                if (isCut && random.Next(5) == 0) break;
            }
        }
        if (isCut) await bed.CrashAsync();
        return sent;
    }

    // Both lists in their order, shuffled into each other.
    private static List<string> Mixed(List<(RawEvent, long, string Json)> a, List<(RawEvent, long, string Json)> b, Random random)
    {
        var mixed = new List<string>();
        var (i, j) = (0, 0);
        while (i < a.Count || j < b.Count) mixed.Add(j == b.Count || (i < a.Count && random.Next(2) == 0) ? a[i++].Json : b[j++].Json);
        return mixed;
    }

    private static void AssertEqual(BackfillBed bed, List<(RawEvent Raw, long Member, string Json)> events, string context)
    {
        var definition = ShopEvents.Everything(View).FeatureViews[0];
        for (var member = 0; member < ShopEvents.Members; member++)
        {
            // Of one moment, history came before the stream, each in its own order.
            var own = events.Select((e, i) => (e.Member, Raw: e.Raw with { Arrival = i })).Where(e => e.Member == member).Select(e => e.Raw).ToList();
            var values = bed.Read(View, member);
            var now = bed.Now;
            for (var i = 0; i < values.Length; i++)
            {
                var feature = definition.Features[i];
                var expected = BruteForce.Value(feature, own, now);
                var what = $"{feature.Aggregate!.Function} of {feature.Aggregate.Field} where {feature.Aggregate.Where} over {feature.Aggregate.Window}";
                Assert.True(Same(expected, values[i]), $"{what}: {values[i]}, by definition {expected}; member {member}, {context}");
            }
        }
    }

    private static bool Same(FeatureValue expected, FeatureValue actual) => expected.Type == FeatureDataType.Double && actual.Type == FeatureDataType.Double
        ? Math.Abs(expected.AsDouble - actual.AsDouble) <= 1e-9 * Math.Max(1, Math.Abs(expected.AsDouble))
        : expected.Equals(actual);
}
