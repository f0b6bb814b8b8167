using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using Appliance.Inference.Tensors;
using TestKit;
using Request = Appliance.Inference.Tests.Batching.Scheduling.ScheduleOracle.Request;

namespace Appliance.Inference.Tests.Batching.Scheduling;

/// <summary>
/// Random requests, priorities, timeouts, cancellations and waits against a slow oracle that decides everything anew: each request must get
/// exactly what the oracle says, in the same batch, at the same moment. The seed is the test's argument.
/// </summary>
public sealed class BatchScheduleModelTests
{
    private const int Steps = 4_000;

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Each_request_gets_what_the_rules_say(int seed)
    {
        var random = new Random(seed);
        var settings = NextSettings(random);
        var game = new Game(settings, random);
        for (var step = 0; step < Steps; step++) game.Step();
        game.End();
        // The test is only worth its time if it meets these at all.
        Assert.True(game.Batches > 100, $"{game.Batches} batches");
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    private static ScheduleSettings NextSettings(Random random)
    {
        var levels = random.Next(3) switch { 0 => 0ul, 1 => (ulong)random.Next(1, 4), _ => ulong.MaxValue };
        return new ScheduleSettings
        {
            MaxBatchSize = random.Next(6) == 0 ? 0 : 8,
            PreferredSizes = random.Next(3) == 0 ? [] : [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(1, 9)).Distinct().Order()],
            MaxQueueDelay = random.Next(3) == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(random.Next(1, 60)),
            PriorityLevels = levels,
            DefaultPriority = levels == 0 ? 0ul : (ulong)random.NextInt64(1, (long)Math.Min(levels, 3) + 1),
            DefaultLimits = NextLimits(random),
            OwnLimits = levels == 0 ? new Dictionary<ulong, LevelLimits>() : new Dictionary<ulong, LevelLimits> { [1] = NextLimits(random) },
            DefaultMaxQueueSize = random.Next(5, 40),
        };
    }

    private static LevelLimits NextLimits(Random random) => new()
    {
        MaxQueueSize = random.Next(2) == 0 ? null : random.Next(1, 20),
        Waiting = new QueueLimits(TimeSpan.FromMicroseconds(random.Next(2) * random.Next(1, 80)), random.Next(2) == 0),
        DelaysOverdue = random.Next(2) == 0,
    };

    private sealed class Game
    {
        private readonly ScheduleSettings _settings;
        private readonly Random _random;
        private readonly ScheduleOracle _oracle;
        private readonly BatchSchedule _schedule;
        private readonly BatcherRig _entries;
        private readonly Dictionary<Request, BatchEntry> _waiting = [];
        private readonly Batch _batch = new();
        private int _free;
        private int _sent;
        private long _now = 1_000;
        private long _until = long.MaxValue;

        public Game(ScheduleSettings settings, Random random)
        {
            _settings = settings;
            _random = random;
            _free = random.Next(1, 4);
            _oracle = new ScheduleOracle(settings);
            _schedule = new BatchSchedule(settings, TimeSpan.TicksPerSecond);
            _entries = new BatcherRig(SignatureBuilder.Echo(settings.MaxBatchSize, Datatype.FP32, -1));
        }

        public int Batches { get; private set; }

        public void Step()
        {
            switch (_random.Next(10))
            {
                case < 5: Arrive(); break;
                case < 6: Cancel(); break;
                case < 7: _free++; break;
                case < 8: Sweep(); break;
                // To the moment at which the queue wants to be woken, or some other.
                default: _now = _random.Next(2) == 0 && _until != long.MaxValue ? Math.Max(_now, _until) : _now + _random.Next(1, 300); break;
            }
            CloseDue();
            Assert.Equal(_oracle.Count, _schedule.Count);
            Assert.Equal(_oracle.Count == 0 ? 0 : _oracle.Waiting.Min(r => r.QueuedAt), _schedule.OldestQueuedAt);
        }

        public void End()
        {
            while (_oracle.Count > 0)
            {
                _free++;
                if (_until != long.MaxValue) _now = Math.Max(_now, _until);
                CloseDue();
            }
            Assert.Equal(0, _schedule.Count);
        }

        private void Arrive()
        {
            var request = new Request
            {
                Id = _sent++,
                Rows = _settings.MaxBatchSize == 0 ? 1 : _random.Next(12) == 0 ? 0 : _random.Next(1, _random.Next(2, 9)),
                Elements = _random.Next(6) == 0 ? 2 : 1,
                Asked = _random.Next(4) == 0 ? ulong.MaxValue - (ulong)_random.Next(2) : (ulong)_random.Next(5),
                TimeoutUs = _random.Next(3) == 0 ? _random.Next(1, 100) : 0,
                Deadline = _random.Next(4) == 0 ? _now + _random.Next(1, 1_000) : long.MaxValue,
            };
            var entry = _entries.Entry($"{request.Id}", request.Rows, rowDims: [request.Elements]);
            (entry.Priority, entry.TimeoutMicroseconds, entry.Deadline, entry.Timings.Queued) = (request.Asked, request.TimeoutUs, request.Deadline, _now);
            var taken = _oracle.Arrive(request, _now);
            Assert.Equal(taken, _schedule.HasRoom(entry));
            if (!taken) return;
            _schedule.Limit(entry, _now);
            _schedule.Enqueue(entry);
            _waiting.Add(request, entry);
        }

        private void Cancel()
        {
            if (_waiting.Count == 0) return;
            var (request, entry) = _waiting.ElementAt(_random.Next(_waiting.Count));
            Assert.Equal(EntryPhase.Queued, entry.Phase);
            _oracle.Leave(request);
            _schedule.Remove(entry);
            _waiting.Remove(request);
        }

        private void Sweep()
        {
            var overdue = _oracle.Overdue(_now);
            foreach (var request in overdue) _oracle.Leave(request);
            _schedule.TryExpire(_now);
            CompareEnded(overdue);
        }

        private void CloseDue()
        {
            while (_free > 0)
            {
                List<Request> ended = [];
                var (batch, until) = _oracle.Next(_now, ended);
                var decision = _schedule.Next(_now);
                CompareEnded(ended);
                Assert.Equal(batch.Count, decision.Take);
                _until = until;
                if (batch.Count == 0)
                {
                    Assert.Equal(until, decision.Until);
                    return;
                }
                _batch.Clear();
                _schedule.Take(decision, _batch, _now);
                Assert.Equal(batch.Select(r => _waiting[r]), _batch.Entries.ToArray());
                foreach (var request in batch)
                {
                    _oracle.Leave(request);
                    _waiting.Remove(request);
                }
                _free--;
                Batches++;
            }
        }

        private void CompareEnded(List<Request> expected)
        {
            var ended = new List<BatchEntry>();
            for (var entry = _schedule.TakeExpired(); entry is not null; entry = entry.Next) ended.Add(entry);
            Assert.Equal(expected.Select(r => _waiting[r]).ToHashSet(), [.. ended]);
            foreach (var request in expected)
            {
                Assert.Equal(_oracle.EndsByTimeout(request), _waiting[request].QueueTimed);
                _waiting.Remove(request);
            }
        }
    }
}
