namespace Appliance.Features.Store;

/// <summary>A store as it was opened, and from what.</summary>
/// <param name="Table">The store; its owner disposes of it.</param>
/// <param name="Position">The bytes given with the checkpoint that it was recovered from; null where it starts empty.</param>
/// <param name="CheckpointNumber">That checkpoint's number; 0 where it starts empty.</param>
/// <param name="PassedOver">Newer checkpoints that were not sound.</param>
public sealed record RecoveredStore(FasterTable Table, byte[]? Position, long CheckpointNumber, IReadOnlyList<PassedOverCheckpoint> PassedOver);
