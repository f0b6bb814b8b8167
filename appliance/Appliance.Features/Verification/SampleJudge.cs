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
    /// States of the store that one sample is compared with at most, and rows of one view. 256: a read takes microseconds, in which hardly more than one
    /// event of its entity is applied; where its thread was held up meanwhile, dozens are.
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
        EntityHistory[] entity = [.. sample.RowKeys.Select(k => histories.Of(k!.Value))];
        if (Closest(sample, entity) is not { } closest)
        {
            foreach (var feature in sample.Features) TallyOf(sample, feature).Count(UnverifiableReason.TooManyStates);
            return;
        }
        for (var i = 0; i < sample.Values.Length; i++) Count(sample, i, closest, entity);
    }

    // The state that gives most of what was served; null where more are possible than are compared. Each view's row was read at a moment of its own, so
    // a row that does not give what was served of its view alone is no part of the state. That leaves few to be put together.
    private static Comparison? Closest(ReplayedSample sample, EntityHistory[] entity)
    {
        var views = new List<PossibleRow>[entity.Length];
        var states = 1L;
        for (var view = 0; view < views.Length; view++)
        {
            if (Possible(sample, view, entity[view].Events) is not { } possible) return null;
            views[view] = possible;
            states *= possible.Count;
            if (states > MostStates) return null;
        }
        IEnumerable<PossibleRow[]> combined = [[]];
        foreach (var view in views) combined = combined.SelectMany(s => view.Select(row => (PossibleRow[])[.. s, row]));
        return combined.Select(state => Compare(sample, state)).MinBy(c => c.Wrong)!;
    }

    private static List<PossibleRow>? Possible(ReplayedSample sample, int view, IReadOnlyList<HistoryEvent> history)
    {
        long[] known = [sample.From, .. history.Where(e => e.Position >= sample.From && e.Position < sample.To).Select(e => e.Position + 1)];
        if (known.Length > MostStates) return null;
        var service = sample.Service!;
        int[] own = [.. Enumerable.Range(0, sample.Values.Length).Where(i => service.Features[i].Stored.Count > 0 && service.Features[i].Stored.All(IsOf))];
        var rows = new PointInTimeRow[service.Views.Count];
        var best = new List<PossibleRow>();
        var fewest = int.MaxValue;
        foreach (var at in known)
        {
            var row = new PossibleRow(at, rows[view] = service.Views[view].Evaluate(history, at, sample.ReadAt));
            var wrong = own.Count(i => !IsEqual(sample, i, rows, out _, out _));
            if (wrong > fewest) continue;
            if (wrong < fewest) best.Clear();
            fewest = wrong;
            if (!best.Exists(b => b.IsAlike(row))) best.Add(row);
        }
        return best;

        bool IsOf(FeatureReference stored) => service.ViewOf(stored.View) == view;
    }

    private static Comparison Compare(ReplayedSample sample, PossibleRow[] state)
    {
        PointInTimeRow[] rows = [.. state.Select(s => s.Row)];
        var expected = new FeatureValue[sample.Values.Length];
        var stale = new bool[expected.Length];
        var equal = new bool[expected.Length];
        for (var i = 0; i < expected.Length; i++) equal[i] = IsEqual(sample, i, rows, out expected[i], out stale[i]);
        return new Comparison([.. state.Select(s => s.Known)], expected, stale, equal);
    }

    // Looks at the rows of the feature's own views alone. What was given is not compared, nor what the history cannot give.
    private static bool IsEqual(ReplayedSample sample, int index, PointInTimeRow[] rows, out FeatureValue expected, out bool isStale)
    {
        (expected, isStale) = (default, false);
        var service = sample.Service!;
        var feature = service.Features[index];
        if (sample.Values[index].Source == SampledSource.Given || !feature.IsReadable) return true;
        expected = service.Evaluate(feature.Reference, rows, sample.Inputs, sample.ReadAt);
        isStale = feature.Stored.Any(s => rows[service.ViewOf(s.View)].Status == PointInTimeStatus.OutsideMaxAge);
        return ServedEquality.IsAsExpected(sample.Values[index], expected, isStale, feature.Default);
    }

    private void Count(ReplayedSample sample, int index, Comparison found, EntityHistory[] entity)
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
        if (!feature.IsReadable)
        {
            tally.Count(UnverifiableReason.DefinitionChanged);
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
