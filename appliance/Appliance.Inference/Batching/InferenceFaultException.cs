namespace Appliance.Inference.Batching;

/// <summary>The runtime failed on a batch. Thrown at the runtime's one home, turned into <see cref="ScoreStatus.Faulted"/> by the batcher.</summary>
public sealed class InferenceFaultException(string message, Exception? inner = null) : Exception(message, inner);
