namespace Appliance.Features.Store;

/// <summary>A checkpoint that was begun. It exists once <see cref="Completion"/> has ended well; until then a restart finds the one before.</summary>
public sealed class StoreCheckpoint
{
    internal StoreCheckpoint(long number, Task completion) => (Number, Completion) = (number, completion);

    /// <summary>Counts up with each checkpoint of the store's files.</summary>
    public long Number { get; }

    /// <summary>Ends with the checkpoint on the disk, or with the <see cref="IOException"/> that kept it from there.</summary>
    public Task Completion { get; }
}
