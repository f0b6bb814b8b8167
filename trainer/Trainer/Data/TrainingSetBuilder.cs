using System.Security.Cryptography;
using Trainer.Pipelines;

namespace Trainer.Data;

/// <summary>Reads what a pipeline names and builds its rows: columns of the table, aggregates of the events, labels.</summary>
internal sealed class TrainingSetBuilder(PipelineDefinition pipeline, string samplesFolder)
{
    public TrainingSet Build()
    {
        var files = pipeline.Events is null ? [pipeline.Table.File] : new[] { pipeline.Table.File, pipeline.Events.File };
        var (columns, labels, rowsByKey) = ReadTable(InSamples(pipeline.Table.File));
        if (pipeline.Events is not null) AddAggregates(columns, rowsByKey);
        return new TrainingSet(
            new FeatureTable([.. pipeline.Features.Select(f => columns[f.Name])]),
            labels,
            string.Join(", ", files),
            HashOf(files.Select(InSamples)));
    }

    private string InSamples(string file) => Path.Combine(samplesFolder, file);

    private (Dictionary<string, FeatureColumn> Columns, float[] Labels, Dictionary<string, int> RowsByKey) ReadTable(string path)
    {
        using var file = CsvFile.Open(path);
        var direct = pipeline.Features.Where(f => f.Aggregate is null)
            .Select(f => new ColumnReader(f, file.Column(f.Column ?? f.Name), pipeline.Table.Missing)).ToList();
        var label = file.Column(pipeline.Label.Column);
        var key = pipeline.Table.Key is null ? -1 : file.Column(pipeline.Table.Key);
        var labels = new List<float>();
        var rowsByKey = new Dictionary<string, int>(StringComparer.Ordinal);
        while (file.TryReadRow())
        {
            if (key >= 0 && !rowsByKey.TryAdd(file[key], labels.Count)) throw file.Bad(key, "a key must not come twice");
            labels.Add(ReadLabel(file, label));
            foreach (var reader in direct) reader.Read(file);
        }
        if (labels.Distinct().Count() < 2) throw new TrainerException($"{path}: column '{pipeline.Label.Column}' must hold both labels.");
        return (direct.ToDictionary(r => r.Name, r => r.ToColumn()), [.. labels], rowsByKey);
    }

    private float ReadLabel(CsvFile file, int column)
    {
        if (file[column] == pipeline.Label.Positive) return 1;
        if (file[column] == pipeline.Label.Negative) return 0;
        throw file.Bad(column, $"it must be '{pipeline.Label.Positive}' or '{pipeline.Label.Negative}'");
    }

    private void AddAggregates(Dictionary<string, FeatureColumn> columns, Dictionary<string, int> rowsByKey)
    {
        var features = pipeline.Features.Where(f => f.Aggregate is not null).ToList();
        var aggregator = new EventAggregator(pipeline.Events!, [.. features.Select(f => f.Aggregate!)]);
        var values = aggregator.Aggregate(InSamples(pipeline.Events!.File), rowsByKey);
        for (var i = 0; i < features.Count; i++) columns.Add(features[i].Name, new FeatureColumn(features[i].Name, values[i]));
    }

    private static string HashOf(IEnumerable<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in paths) hash.AppendData(File.ReadAllBytes(path));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
