namespace Appliance.Inference.Repository;

/// <summary>What a configuration is completed with where neither it nor the graph says.</summary>
/// <param name="MaxBatchSize">Rows in one inference call at most for a graph that takes batches; 0 gives it none.</param>
/// <param name="InstanceCount">Instances of a model, at least 1.</param>
public sealed record CompletionDefaults(int MaxBatchSize, int InstanceCount);
