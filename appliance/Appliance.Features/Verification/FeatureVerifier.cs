using System.Text;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using Appliance.Features.Registry;
using FeatureModel.Events;

namespace Appliance.Features.Verification;

/// <summary>
/// Replays what was known when samples were served: collects the samples, then the events of their entities, then compares. Holds no state between runs;
/// one run at a time.
/// </summary>
internal sealed class FeatureVerifier(FeatureRegistry registry, FeatureJournal journal, VerificationSettings settings, TimeProvider time)
{
    // How much of the work each part is, for progress alone: samples are found by their source's name, events are read to their fields.
    private const double Collecting = 0.3, Replaying = 0.4;

    /// <exception cref="IOException">The journal cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public VerificationReport Verify(VerificationRequest request, Action<double> progress, CancellationToken stop)
    {
        var state = registry.State;
        var definitions = new DefinitionHistory(state);
        using var history = new JournalHistory(journal);
        var (samples, leftOut) = Collect(request, history, definitions, done => progress(done * Collecting), stop);
        var catalog = CatalogBuilder.Build(state);
        var histories = new EntityHistories(settings.MostEvents);
        foreach (var sample in samples) Want(sample, catalog, histories);
        var events = Replay(new EventReplay(catalog, histories, settings), history, done => progress(Collecting + (done * Replaying)), stop);
        var judge = new SampleJudge(histories, new DoubtPolicy(definitions, history, histories, settings));
        var judged = 0;
        foreach (var sample in samples)
        {
            stop.ThrowIfCancellationRequested();
            progress(Collecting + Replaying + ((1 - Collecting - Replaying) * judged++ / samples.Count));
            judge.Judge(sample);
        }
        return new VerificationReport(samples.Count, leftOut, events, judge.Tallies);
    }

    private (IReadOnlyCollection<ReplayedSample> Samples, long LeftOut) Collect(
        VerificationRequest request, JournalHistory history, DefinitionHistory definitions, Action<double> progress, CancellationToken stop)
    {
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var from = request.Since is { } since ? now - (since.Ticks / TimeSpan.TicksPerMicrosecond) : long.MinValue;
        var reader = new SampleReader(definitions);
        var samples = new Queue<ReplayedSample>();
        var leftOut = 0L;
        var source = Encoding.UTF8.GetBytes(ReservedSources.ServedFeatures);
        history.ReadAll(Take, progress, stop);
        return (samples, leftOut);

        void Take(EventRecord record, long position)
        {
            if (!record.Source.SequenceEqual(source) || record.EventTime < from) return;
            if (reader.Read(record, position) is not { } sample || (request.Model is { } model && sample.Model != model)) return;
            samples.Enqueue(sample);
            if (samples.Count <= settings.MostSamples) return;
            samples.Dequeue();
            leftOut++;
        }
    }

    private static void Want(ReplayedSample sample, FeatureCatalog catalog, EntityHistories histories)
    {
        if (sample.Service is null) return;
        sample.RowKeys = [.. sample.Service.Views.Select(v => catalog.TryFindView(v.Definition.Name, out var view) ? EventReplay.RowKey(view, sample.Keys) : null)];
        foreach (var key in sample.RowKeys)
        {
            if (key is { } row) histories.Want(row);
        }
    }

    private static long Replay(EventReplay replay, JournalHistory history, Action<double> progress, CancellationToken stop)
    {
        var events = 0L;
        history.ReadAll(
            (record, position) =>
            {
                if (ReservedSources.Holds(record.Source)) return;
                events++;
                replay.Take(record, position);
            },
            progress,
            stop);
        return events;
    }
}
