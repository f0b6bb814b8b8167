namespace Appliance.Inference.Repository;

/// <summary>What a graph takes and gives, in its own order.</summary>
public sealed record GraphSignature(IReadOnlyList<GraphTensor> Inputs, IReadOnlyList<GraphTensor> Outputs);
