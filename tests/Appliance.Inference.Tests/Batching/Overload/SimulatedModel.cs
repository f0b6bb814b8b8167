using Appliance.Inference.Batching;
using Appliance.Inference.Statistics;
using TestKit;

namespace Appliance.Inference.Tests.Batching.Overload;

/// <summary>
/// One version on simulated time: arrivals by Poisson's law, the real forecast and the real watch over its queue, and runs that take as long as they are told to.
/// Times are milliseconds.
/// </summary>
internal sealed class SimulatedModel
{
    private const double TicksPerMillisecond = TimeSpan.TicksPerMillisecond;

    private readonly int _maxBatchSize;
    private readonly InstanceSlot[] _slots;
    private readonly Stack<InstanceSlot> _free;
    private readonly ModelStatistics _statistics;
    private readonly ServiceForecast _forecast;
    private readonly StandingQueue _standing;
    private readonly EntryQueue _queue = new();
    private readonly Random _random;

    public SimulatedModel(int maxBatchSize, int instances, int seed, int mayStandFor = 100)
    {
        _maxBatchSize = maxBatchSize;
        _random = new Random(seed);
        var signature = SignatureBuilder.Echo(maxBatchSize, Appliance.Inference.Tensors.Datatype.FP32, 1);
        _slots = [.. Enumerable.Range(0, instances).Select(_ => new InstanceSlot(new GatedModelInstance(signature, TimeProvider.System)))];
        _free = new Stack<InstanceSlot>(_slots);
        _statistics = new ModelStatistics(TimeProvider.System, maxBatchSize);
        _forecast = new ServiceForecast(_slots, maxBatchSize, _statistics, TimeSpan.TicksPerSecond);
        _standing = new StandingQueue(mayStandFor * TimeSpan.TicksPerMillisecond, maxBatchSize, TimeSpan.TicksPerSecond);
    }

    /// <summary>What a run costs, and a row in it.</summary>
    public required double RunCosts { get; init; }

    /// <inheritdoc cref="RunCosts"/>
    public required double RowCosts { get; init; }

    /// <summary>By which share runs differ from what they cost, either way.</summary>
    public double Noise { get; init; }

    /// <summary>Requests a millisecond at a time.</summary>
    public required Func<double, double> Rate { get; init; }

    /// <summary>When the next request comes.</summary>
    public double NextArrival { get; private set; }

    /// <summary>Whether a core has been asked for.</summary>
    public bool IsReady { get; private set; }

    /// <summary>When requests came that were answered, and how long they took.</summary>
    public List<(double At, double Took)> Answered { get; } = [];

    /// <summary>When requests were refused, how, and their hints.</summary>
    public List<(double At, ScoreStatus Status, double RetryIn)> Refused { get; } = [];

    /// <summary>p99 of the answers to requests of a span of time.</summary>
    public double P99(double from, double to)
    {
        var took = Answered.Where(a => a.At >= from && a.At < to).Select(a => a.Took).Order().ToArray();
        return took[(int)(took.Length * 0.99)];
    }

    public int AnsweredIn(double from, double to) => Answered.Count(a => a.At >= from && a.At < to);

    public int RefusedIn(double from, double to) => Refused.Count(a => a.At >= from && a.At < to);

    /// <summary>A request comes. True where a core is to be asked for.</summary>
    public bool Arrive(double now)
    {
        NextArrival = now - (Math.Log(1 - _random.NextDouble()) / Rate(now));
        var ticks = Ticks(now);
        var entry = new BatchEntry { Rows = 1 };
        entry.Timings.Received = entry.Timings.Queued = ticks;
        if (_forecast.WaitsTooLong(entry, _queue.Rows, _free.Count > 0, _standing, ticks))
        {
            Refused.Add((now, entry.RefusedAs, entry.RetryIn / TicksPerMillisecond));
            return false;
        }
        _queue.Enqueue(entry);
        return AsksForCore();
    }

    /// <summary>A core is there: what waits is a batch. When it will be done.</summary>
    public (double Ends, InstanceSlot Slot) Begin(double now)
    {
        IsReady = false;
        var (ticks, slot) = (Ticks(now), _free.Pop());
        while (_queue.Head is { } entry && slot.Batch.Rows < Math.Max(1, _maxBatchSize))
        {
            _queue.Remove(entry);
            slot.Batch.Add(entry);
        }
        slot.Batch.Taken = slot.Batch.InputReady = ticks;
        if (_queue.Count > 0 || _standing.IsWatching)
        {
            _standing.BatchTaken(slot.Batch.Rows, _queue.Count == 0 ? 0 : ticks - slot.Batch.Entries[^1].Timings.Queued, _forecast.RowTicks, ticks);
        }
        var noise = 1 + (Noise * ((2 * _random.NextDouble()) - 1));
        return (now + ((RunCosts + (RowCosts * slot.Batch.Rows)) * noise), slot);
    }

    /// <summary>A run is done. True where a core is to be asked for.</summary>
    public bool End(InstanceSlot slot, double now)
    {
        slot.Batch.Inferred = slot.Batch.OutputReady = Ticks(now);
        _statistics.BatchDone(slot.Batch);
        foreach (var entry in slot.Batch.Entries) Answered.Add((entry.Timings.Queued / TicksPerMillisecond, now - (entry.Timings.Queued / TicksPerMillisecond)));
        slot.Batch.Clear();
        _free.Push(slot);
        return AsksForCore();
    }

    /// <summary>A batch was begun: true where a further one could be.</summary>
    public bool AsksForCore()
    {
        if (IsReady || _queue.Count == 0 || _free.Count == 0) return false;
        return IsReady = true;
    }

    private static long Ticks(double milliseconds) => (long)(milliseconds * TicksPerMillisecond);
}
