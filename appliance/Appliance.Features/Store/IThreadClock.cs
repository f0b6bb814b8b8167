namespace Appliance.Features.Store;

/// <summary>Time as one thread of its own sees it and lets it pass: the seam for a clock that the test owns. No timer, whose callbacks wait for a pool.</summary>
internal interface IThreadClock
{
    /// <summary>Since some moment in the past; never goes back.</summary>
    TimeSpan Now { get; }

    /// <summary>Returns when the event is set, true, or after that long, false.</summary>
    bool Wait(ManualResetEventSlim until, TimeSpan atMost);
}
