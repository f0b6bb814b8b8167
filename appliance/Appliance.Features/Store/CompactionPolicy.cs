namespace Appliance.Features.Store;

/// <summary>Decides when the log is compacted, and how far. Pure.</summary>
internal sealed class CompactionPolicy(long minBytes, double growth, TimeSpan expirySweep)
{
    /// <summary>
    /// The address up to which a pass goes, a page's begin; <paramref name="begin"/> itself when none is due. It stops at the newest checkpoint's end:
    /// what lies behind is young, and moving the begin past it would wait for a flush.
    /// </summary>
    public long PassUntil(long begin, long durableUntil, long tail, long liveBytes, int pageBytes, TimeSpan sinceLastPass)
    {
        var until = durableUntil & -(long)pageBytes;
        if (until <= begin) return begin;
        var logBytes = tail - begin;
        var grown = logBytes >= minBytes && logBytes >= growth * liveBytes;
        return grown || sinceLastPass >= expirySweep ? until : begin;
    }
}
