namespace Appliance.LoadGen.Targets;

/// <summary>Where the loop hands requests over. Each one that was submitted ends in exactly one call of the recorder's Completed.</summary>
internal interface ILoadTarget
{
    /// <summary>Takes a request that was due at the given time; returns without waiting for its answer.</summary>
    void Submit(long due);

    /// <summary>Puts what was submitted on the wire.</summary>
    void Flush();
}
