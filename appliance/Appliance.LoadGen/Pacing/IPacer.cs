namespace Appliance.LoadGen.Pacing;

/// <summary>The clock of a run, in nanoseconds, and the only way that the loop waits on it.</summary>
internal interface IPacer
{
    long Now { get; }

    /// <summary>Returns once <see cref="Now"/> has reached the time; as soon after it as the machine can.</summary>
    void WaitUntil(long nanoseconds);
}
