using System.Globalization;
using Appliance.Features.Sampling;
using FeatureModel.Definitions;
using FeatureModel.PointInTime;
using FeatureModel.Values;

namespace Appliance.Features.Verification;

/// <summary>Compares samples with the definitions. Used by one run; not thread-safe.</summary>
internal sealed class SampleJudge(EntityHistories histories, DoubtPolicy doubts)
{
    /// <summary>
    /// States of the store that one sample is compared with at most. 256: a read takes microseconds, in which hardly more than one event of its entity is applied.
    /// </summary>
    private const int MostStates = 256;

    private readonly SortedDictionary<(string Model, string Feature), FeatureTally> _tallies = [];

    public IReadOnlyList<FeatureTally> Tallies => [.. _tallies.Values];

    public void Judge(ReplayedSample sample)
    {
        if (sample.Service is null || Array.Exists(sample.RowKeys, k => k is null))
        {
            foreach (var feature in sample.Features) TallyOf(sample, feature).Count(UnverifiableReason.DefinitionGone);
            return;
        }
        IReadOnlyList<HistoryEvent>[] entity = [.. sample.RowKeys.Select(k => histories.Of(k!.Value))];
        var best = States(sample, entity).Select(known => Compare(sample, known, entity)).MinBy(c => c.Wrong)!;
        for (var i = 0; i < sample.Values.Length; i++) Count(sample, i, best, entity);
    }

    // Every state that the store may have had while the entity was read: for each view up to where its row was.
    private static IEnumerable<long[]> States(ReplayedSample sample, IReadOnlyList<HistoryEvent>[] entity)
    {
        IEnumerable<long[]> states = [[]];
        foreach (var history in entity)
        {
            long[] known = [sample.From, .. history.Where(e => e.Position >= sample.From && e.Position < sample.To).Select(e => e.Position + 1)];
            states = states.SelectMany(s => known.Select(k => (long[])[.. s, k]));
        }
        return states.Take(MostStates);
    }

    private static Comparison Compare(ReplayedSample sample, long[] known, IReadOnlyList<HistoryEvent>[] entity)
    {
        var service = sample.Service!;
        PointInTimeRow[] rows = [.. service.Views.Select((view, i) => view.Evaluate(entity[i], known[i], sample.ReadAt))];
        var expected = new FeatureValue[sample.Values.Length];
        var stale = new bool[expected.Length];
        var equal = new bool[expected.Length];
        for (var i = 0; i < expected.Length; i++)
        {
            if (sample.Values[i].Source == SampledSource.Given) continue;
            var feature = service.Features[i];
            expected[i] = service.Evaluate(feature.Reference, rows, sample.Inputs, sample.ReadAt);
            stale[i] = feature.Stored.Any(s => rows[service.ViewOf(s.View)].Status == PointInTimeStatus.OutsideMaxAge);
            equal[i] = ServedEquality.IsAsExpected(sample.Values[i], expected[i], stale[i], feature.Default);
        }
        return new Comparison(known, expected, stale, equal);
    }

    private void Count(ReplayedSample sample, int index, Comparison found, IReadOnlyList<HistoryEvent>[] entity)
    {
        var service = sample.Service!;
        var feature = service.Features[index];
        var served = sample.Values[index];
        var tally = TallyOf(sample, feature.Reference);
        if (served.Source == SampledSource.Given)
        {
            tally.Count(UnverifiableReason.Given);
            return;
        }
        if (found.Equal[index])
        {
            tally.CountEqual();
            return;
        }
        foreach (var stored in feature.Stored)
        {
            var view = service.ViewOf(stored.View);
            if (doubts.Judge(sample, service.Views[view], stored, entity[view], found.Known[view]) is not { } doubt) continue;
            tally.Count(doubt);
            return;
        }
        var expected = found.Expected[index];
        var should = expected.IsNull ? $"{feature.Default} (defaulted)" : $"{expected} ({(found.Stale[index] ? "stale" : "stored")})";
        tally.Count(
            new Mismatch(EntityOf(sample), sample.ReadAt, sample.Position, $"{served.Value} ({SampleMembers.WordOf(served.Source)})", should),
            ServedEquality.Difference(served.Value, expected.IsNull ? feature.Default : expected));
    }

    private FeatureTally TallyOf(ReplayedSample sample, FeatureReference feature)
    {
        var key = (sample.Model, feature.ToString());
        if (!_tallies.TryGetValue(key, out var tally)) _tallies.Add(key, tally = new FeatureTally(sample.Model, feature));
        return tally;
    }

    private static string EntityOf(ReplayedSample sample) =>
        string.Join(", ", sample.Keys.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => string.Create(CultureInfo.InvariantCulture, $"{k.Key}={k.Value}")));

    private sealed record Comparison(long[] Known, FeatureValue[] Expected, bool[] Stale, bool[] Equal)
    {
        public int Wrong => Equal.Count(e => !e);
    }
}
