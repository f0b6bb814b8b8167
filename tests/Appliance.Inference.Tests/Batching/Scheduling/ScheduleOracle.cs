using Appliance.Inference.Batching.Scheduling;

namespace Appliance.Inference.Tests.Batching.Scheduling;

/// <summary>
/// What a scheduled queue must do, worked out anew from the rules at every question: no cursor, no links, nothing remembered but who waits.
/// Times in ticks of the test's clock.
/// </summary>
internal sealed class ScheduleOracle(ScheduleSettings settings)
{
    private readonly List<Request> _waiting = [];
    private int _delays;

    public int Count => _waiting.Count;

    public IEnumerable<Request> Waiting => _waiting;

    /// <summary>Whether the request may wait.</summary>
    public bool Arrive(Request request, long now)
    {
        request.Priority = request.Asked >= 1 && request.Asked <= settings.PriorityLevels ? request.Asked : settings.DefaultPriority;
        var limits = LimitsOf(request);
        if (_waiting.Count(w => w.Priority == request.Priority) >= (limits.MaxQueueSize ?? settings.DefaultMaxQueueSize)) return false;
        var timeout = limits.Waiting.DefaultTimeout.Ticks;
        if (limits.Waiting.AllowTimeoutOverride && request.TimeoutUs > 0)
        {
            var own = request.TimeoutUs * TimeSpan.TicksPerMicrosecond;
            timeout = timeout == 0 ? own : Math.Min(timeout, own);
        }
        request.QueuedAt = now;
        request.TimesOutAt = timeout == 0 ? long.MaxValue : now + timeout;
        _waiting.Add(request);
        return true;
    }

    public void Leave(Request request) => _waiting.Remove(request);

    /// <summary>Those whose wait ends now: by their caller's deadline, or by a timeout that rejects.</summary>
    public List<Request> Overdue(long now) => [.. _waiting.Where(w => EndsAt(w) <= now)];

    /// <summary>What the next batch is at this moment, given an instance; empty to wait, and until when.</summary>
    public (List<Request> Batch, long Until) Next(long now, List<Request> ended)
    {
        var front = new List<Request>();
        Request? next = null;
        while (true)
        {
            next = InOrder().FirstOrDefault(r => !front.Contains(r));
            if (next is null) break;
            if (EndsAt(next) <= now)
            {
                _waiting.Remove(next);
                ended.Add(next);
            }
            else if (Delays(next) && !next.IsDelayed && next.TimesOutAt <= now)
            {
                (next.IsDelayed, next.DelayedAs) = (true, _delays++);
            }
            else if (front.Count == 0 || (RowsOf(front) + Math.Max(1, next.Rows) <= Largest && Merges(front[0], next))) front.Add(next);
            else break;
        }
        if (front.Count == 0) return ([], long.MaxValue);
        var delay = settings.MaxQueueDelay.Ticks;
        var overdue = delay > 0 && front.Any(r => now - r.QueuedAt >= delay);
        var best = BestOf(front, next);
        if (best > 0 && !overdue) return (front[..best], 0);
        if (next is not null || overdue || delay == 0 || RowsOf(front) >= Preferred.Max()) return (front, 0);
        var closest = front.Min(r => Math.Min(EndsAt(r), r.IsDelayed ? long.MaxValue : r.TimesOutAt));
        return ([], Math.Min(front.Min(r => r.QueuedAt) + delay, closest));
    }

    /// <summary>Whether it is the queue's timeout that ends its wait, and not its caller's deadline.</summary>
    public bool EndsByTimeout(Request request) => !Delays(request) && request.TimesOutAt < request.Deadline;

    private int Largest => Math.Max(1, settings.MaxBatchSize);

    private IReadOnlyList<int> Preferred => settings.PreferredSizes.Count == 0 ? [Largest] : settings.PreferredSizes;

    // The largest preferred size; without one, where the next request would go beyond all of them.
    private int BestOf(List<Request> front, Request? next)
    {
        for (var n = front.Count; n > 0; n--)
        {
            if (Preferred.Contains(RowsOf(front[..n]))) return n;
        }
        List<Request> all = next is null ? front : [.. front, next];
        for (var n = 1; n < all.Count; n++)
        {
            if (RowsOf(all[..(n + 1)]) > Preferred.Max()) return n;
        }
        return 0;
    }

    private IEnumerable<Request> InOrder() =>
        _waiting.OrderBy(r => r.Priority).ThenBy(r => r.IsDelayed).ThenBy(r => r.IsDelayed ? r.DelayedAs : 0);

    private LevelLimits LimitsOf(Request request) => settings.OwnLimits.GetValueOrDefault(request.Priority, settings.DefaultLimits);

    private bool Delays(Request request) => LimitsOf(request).DelaysOverdue;

    private long EndsAt(Request request) => Delays(request) ? request.Deadline : Math.Min(request.Deadline, request.TimesOutAt);

    private static bool Merges(Request first, Request other) => first.Rows > 0 && other.Rows > 0 && first.Elements == other.Elements;

    private static int RowsOf(List<Request> requests) => requests.Sum(r => Math.Max(1, r.Rows));

    internal sealed class Request
    {
        public required int Id { get; init; }
        public required int Rows { get; init; }
        public required int Elements { get; init; }
        public required ulong Asked { get; init; }
        public required long TimeoutUs { get; init; }

        /// <summary>The caller's own.</summary>
        public long Deadline { get; init; } = long.MaxValue;

        public ulong Priority { get; set; }
        public long QueuedAt { get; set; }
        public long TimesOutAt { get; set; }
        public bool IsDelayed { get; set; }
        public int DelayedAs { get; set; }
    }
}
