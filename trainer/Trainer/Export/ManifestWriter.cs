using System.Text.Json;
using Contracts;
using Trainer.Pipelines;

namespace Trainer.Export;

/// <summary>
/// Writes what a version says of its business inputs and outputs. Version number and checksums are added when it is published.
/// </summary>
internal static class ManifestWriter
{
    /// <param name="graphOutput">The graph's output that holds the score.</param>
    public static ModelManifest Write(PipelineDefinition pipeline, string graphOutput) => new()
    {
        Model = pipeline.Name,
        Description = pipeline.Description,
        FeatureService = pipeline.FeatureService,
        Features = [.. pipeline.Features.Select(ToFeature)],
        Outputs =
        [
            new ManifestOutput
            {
                Name = pipeline.Output.Name,
                Output = graphOutput,
                Description = pipeline.Output.Description,
                Levels = pipeline.Output.Levels,
            },
        ],
    };

    private static ManifestFeature ToFeature(PipelineFeature feature)
    {
        var isNumber = feature.Kind == PipelineFeature.NumberKind;
        return new ManifestFeature
        {
            Name = feature.Name,
            Type = isNumber ? "double" : "string",
            Input = feature.Name,
            Description = feature.Description,
            // A missing number is NaN, which the manifest writes as null; a missing text is empty.
            Default = feature.Optional ? JsonSerializer.SerializeToElement(isNumber ? null : "") : null,
        };
    }
}
