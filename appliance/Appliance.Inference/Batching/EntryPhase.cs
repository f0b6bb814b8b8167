namespace Appliance.Inference.Batching;

/// <summary>Where an entry is. Idle ► Queued ► Taken ► Done. Taken: out of the queue, for a batch or because it is cancelled or its time is over.</summary>
internal enum EntryPhase : byte
{
    Idle,
    Queued,
    Taken,
    Done,
}
