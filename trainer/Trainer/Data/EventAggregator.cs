using System.Globalization;
using Trainer.Pipelines;

namespace Trainer.Data;

/// <summary>Turns timed events into one number for each key and feature, by the formula of <see cref="PipelineAggregate"/>.</summary>
internal sealed class EventAggregator(PipelineEvents events, IReadOnlyList<PipelineAggregate> aggregates)
{
    /// <summary>
    /// One column for each aggregate, in the keys' order; a key without events has sums of 0. Events about other keys are passed over.
    /// </summary>
    public float[][] Aggregate(string path, IReadOnlyDictionary<string, int> rowsByKey)
    {
        var sums = aggregates.Select(_ => new double[rowsByKey.Count]).ToArray();
        using var file = CsvFile.Open(path);
        int key = file.Column(events.Key), time = file.Column(events.Time), kind = file.Column(events.Kind);
        var values = aggregates.Select(a => a.Column is null ? -1 : file.Column(a.Column)).ToArray();
        var start = events.AsOf.AddDays(-events.WindowDays);
        while (file.TryReadRow())
        {
            var at = ReadTime(file, time);
            if (at < start || at >= events.AsOf || !rowsByKey.TryGetValue(file[key], out var row)) continue;
            for (var i = 0; i < aggregates.Count; i++)
            {
                if (!aggregates[i].Weights.TryGetValue(file[kind], out var weight)) continue;
                sums[i][row] += weight * (values[i] < 0 ? 1 : ReadValue(file, values[i], aggregates[i]));
            }
        }
        return [.. sums.Zip(aggregates, (column, a) => Array.ConvertAll(column, p => (float)Finish(p, a.HalfPoint)))];
    }

    private static double Finish(double p, double? halfPoint) => halfPoint is { } half ? p / (p + half) : p;

    private static DateTimeOffset ReadTime(CsvFile file, int column) =>
        DateTimeOffset.TryParse(file[column], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw file.Bad(column, "it must be a date and time such as 2025-01-31T08:00:00Z");

    private static double ReadValue(CsvFile file, int column, PipelineAggregate aggregate)
    {
        var value = file.Number(column);
        return aggregate.HalfPoint is null || value >= 0 ? value : throw file.Bad(column, "it must be 0 or more");
    }
}
