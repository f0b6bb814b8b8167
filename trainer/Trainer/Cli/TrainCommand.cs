using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Trainer.Pipelines;
using Trainer.Publish;

namespace Trainer.Cli;

/// <summary>Trains the pipelines asked for, one after the other, prints their quality and publishes them.</summary>
internal sealed class TrainCommand(TrainArguments arguments, TextWriter output, TimeProvider clock)
{
    public void Execute()
    {
        var catalog = new PipelineCatalog(arguments.PipelinesFolder);
        var publisher = new ModelPublisher(arguments.Repository);
        var definitions = (arguments.All ? catalog.Names : arguments.Pipelines).Select(catalog.Load).ToList();
        foreach (var definition in definitions)
        {
            if (arguments.IfMissing && publisher.LatestVersion(definition.Name) is > 0 and var version && publisher.Reads(definition.Name, version, definition.FeatureService))
            {
                output.WriteLine($"{definition.Name}: version {version} is there, nothing to do.");
                continue;
            }
            Train(definition, publisher);
        }
    }

    private void Train(PipelineDefinition definition, ModelPublisher publisher)
    {
        var started = Stopwatch.GetTimestamp();
        var trained = new TrainingRun(definition, arguments.SamplesFolder, arguments.Seed, clock).Execute();
        var config = ModelConfigWriter.Write(definition.Name, trained.Graph.Graph, definition.Serving.MaxBatchSize);
        var published = publisher.Publish(trained.Manifest, trained.Graph.ToByteArray(), config);
        var rows = trained.Manifest.Origin!.TrainingRows;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{definition.Name}: {trained.Rounds} rounds on {rows} rows, {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s"));
        output.Write(trained.Report.ToText());
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  parity             {Export.ParityCheck.RowCount} rows, worst difference {trained.WorstParityDifference:E1}"));
        output.WriteLine($"  published          {published.Path}");
        output.WriteLine();
    }
}
