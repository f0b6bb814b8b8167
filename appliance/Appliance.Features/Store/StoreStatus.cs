namespace Appliance.Features.Store;

/// <summary>What became of a write.</summary>
public enum StoreStatus
{
    /// <summary>The row is in the store.</summary>
    Applied,

    /// <summary>A row with a newer event time, or an equal one and a greater created time, is there already.</summary>
    Superseded,

    /// <summary>There was nothing to do: no such key, or the updater left the row as it is.</summary>
    Unchanged,

    /// <summary>The disk is full. Nothing was written; reads go on, and writes are taken again when there is space.</summary>
    DiskFull,

    /// <summary>The disk returns errors. Nothing was written; reads go on. <see cref="StoreCondition.Permanent"/> tells whether a restart is needed.</summary>
    DiskFailed,
}
