using Appliance.LoadGen.Arrivals;
using Appliance.LoadGen.Pacing;
using Appliance.LoadGen.Recording;
using Appliance.LoadGen.Targets;

namespace Appliance.LoadGen;

/// <summary>
/// Hands requests over at the times that the schedule says, whatever became of the ones before. Driven by one thread.
/// </summary>
internal sealed class OpenLoop(ArrivalSchedule schedule, ILoadTarget target, LoadRecorder recorder, IPacer pacer, int maxInFlight)
{
    /// <summary>Requests that a late generator hands over before it flushes: about one socket write of 10 KB with the smallest bodies.</summary>
    private const int FlushAfter = 32;

    /// <summary>Runs the schedule to its end; a time in it counts from the given start.</summary>
    public void Run(long start)
    {
        var unflushed = 0;
        while (schedule.TryNext(out var offset))
        {
            var due = start + offset;
            if (unflushed >= FlushAfter || (unflushed > 0 && pacer.Now < due))
            {
                target.Flush();
                unflushed = 0;
            }
            pacer.WaitUntil(due);

            recorder.Sending(due, pacer.Now);
            if (recorder.InFlight > maxInFlight)
            {
                recorder.Completed(due, pacer.Now, LoadStatus.NotSent);
                continue;
            }
            target.Submit(due);
            unflushed++;
        }
        target.Flush();
    }

    /// <summary>Waits for the last answers; false where some are still out at the deadline.</summary>
    public bool Drain(TimeSpan patience)
    {
        var deadline = pacer.Now + (long)patience.TotalNanoseconds;
        while (recorder.InFlight > 0 && pacer.Now < deadline)
        {
            pacer.WaitUntil(Math.Min(deadline, pacer.Now + 1_000_000));
        }
        return recorder.InFlight == 0;
    }
}
