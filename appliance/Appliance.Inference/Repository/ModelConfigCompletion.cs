using Appliance.Inference.Repository.Rules;
using Contracts.Inference;

namespace Appliance.Inference.Repository;

/// <summary>
/// Brings a configuration and the graph together: what the configuration leaves out is taken from the graph, and what it says is checked
/// against it. Pure.
/// </summary>
public static class ModelConfigCompletion
{
    /// <summary>
    /// Settings without gaps: batch size, inputs, outputs and instance count are all set, and so they are in the configuration.
    /// </summary>
    public static RepositoryResult<ModelSettings> Complete(ModelSettings settings, GraphSignature graph, CompletionDefaults defaults)
    {
        var refusals = new ConfigRefusals(settings.Source);
        foreach (var tensor in graph.Inputs.Where(input => !input.HasDefault).Concat(graph.Outputs))
        {
            refusals.Require(tensor.Datatype != DataType.TypeInvalid, "", tensor.Name,
                "the graph gives this tensor a type that the protocol cannot carry");
        }
        var completesShapes = settings.Inputs.Count == 0 || settings.Outputs.Count == 0;
        var batchable = IsBatchable(graph);
        var maxBatchSize = settings.MaxBatchSize ?? (batchable ? Math.Max(0, defaults.MaxBatchSize) : 0);
        settings = settings with
        {
            MaxBatchSize = maxBatchSize,
            // Where the configuration leaves batching to the graph, a graph that takes batches gets them.
            DynamicBatching = settings.DynamicBatching || (completesShapes && batchable && maxBatchSize > 1),
            InstanceCount = settings.InstanceCount ?? defaults.InstanceCount,
        };
        var check = new GraphCheck(settings, graph, refusals);
        check.CheckInputs();
        check.CheckOutputs();
        settings = settings with
        {
            Inputs = settings.Inputs.Count > 0
                ? [.. settings.Inputs.Select(input => AsGraphTakesIt(input, graph))]
                : FromGraph.Inputs(graph, maxBatchSize),
            Outputs = settings.Outputs.Count > 0
                ? [.. settings.Outputs.Select(output => AsGraphGivesIt(output, graph))]
                : FromGraph.Outputs(graph, maxBatchSize),
        };
        CheckWithBatchSize(settings, refusals);
        return refusals.Errors.Count == 0
            ? RepositoryResult<ModelSettings>.Of(settings with { Config = ConfigCompletion.Fill(settings) })
            : RepositoryResult<ModelSettings>.Refused(refusals.Errors);
    }

    /// <summary>
    /// True where every tensor begins with a dimension of any size. Inputs with a default of the graph's own do not count: requests need
    /// not give them. A graph that needs no input at all has nothing that rows could be counted by.
    /// </summary>
    private static bool IsBatchable(GraphSignature graph) =>
        graph.Inputs.Any(input => !input.HasDefault)
        && graph.Inputs.Where(input => !input.HasDefault).Concat(graph.Outputs).All(tensor => tensor.Shape is [Shapes.Any, ..]);

    /// <summary>Dims of ones stand for a graph's scalar, which has no dimension that a configuration could list.</summary>
    private static InputSettings AsGraphTakesIt(InputSettings input, GraphSignature graph) =>
        graph.Inputs.FirstOrDefault(tensor => tensor.Name == input.Name)?.Shape is [] ? input with { Reshape = [] } : input;

    private static OutputSettings AsGraphGivesIt(OutputSettings output, GraphSignature graph) =>
        graph.Outputs.FirstOrDefault(tensor => tensor.Name == output.Name)?.Shape is [] ? output with { Reshape = [] } : output;

    private static void CheckWithBatchSize(ModelSettings settings, ConfigRefusals refusals)
    {
        if (settings.Source.Config.DynamicBatching is { } batching)
        {
            SchedulingRules.CheckPreferredSizes(batching.PreferredBatchSize, settings.MaxBatchSize, refusals);
        }
        for (var i = 0; i < settings.Inputs.Count; i++)
        {
            refusals.Require(!settings.Inputs[i].Optional || settings.MaxBatchSize == 0, $"input[{i}].optional", true,
                $"an input can be optional only where max_batch_size is 0; the graph makes it {settings.MaxBatchSize}");
        }
        WarmupCheck.Check(settings, refusals);
    }
}
