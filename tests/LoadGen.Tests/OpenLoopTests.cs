using Appliance.LoadGen;
using Appliance.LoadGen.Arrivals;
using Appliance.LoadGen.Pacing;
using Appliance.LoadGen.Recording;
using Appliance.LoadGen.Targets;
using Xunit;

namespace LoadGen.Tests;

public sealed class OpenLoopTests
{
    private const long Millisecond = 1_000_000;

    [Fact]
    public void A_stall_is_charged_to_every_request_that_was_due_meanwhile()
    {
        // One request a millisecond for ten; the third hand-over blocks for five. Answers are instant otherwise.
        var clock = new ScriptedPacer();
        var recorder = new LoadRecorder(LoadProtocol.Grpc, measureFrom: 0);
        var target = new ScriptedTarget(clock, recorder, call => call == 3 ? 5 * Millisecond : 0);

        Loop(target, recorder, clock).Run(start: 0);

        Assert.Equal(10, recorder.Ok);
        Assert.Equal([0, 0, 5, 4, 3, 2, 1, 0, 0, 0], target.Latencies.Select(latency => latency / Millisecond));
        Assert.Equal(5 * Millisecond, recorder.Latency.Max);
        Assert.Equal(4 * Millisecond, recorder.SendLag.Max);
    }

    [Fact]
    public void Requests_before_the_measured_window_leave_no_trace()
    {
        var clock = new ScriptedPacer();
        var recorder = new LoadRecorder(LoadProtocol.Grpc, measureFrom: 4 * Millisecond);

        Loop(new ScriptedTarget(clock, recorder, _ => 0), recorder, clock).Run(start: 0);

        Assert.Equal((6, 6, 6), (recorder.Intended, recorder.Ok, recorder.Latency.Count));
    }

    [Fact]
    public void What_exceeds_the_limit_in_flight_counts_as_not_sent()
    {
        var clock = new ScriptedPacer();
        var recorder = new LoadRecorder(LoadProtocol.Grpc, measureFrom: 0);
        var target = new ScriptedTarget(clock, recorder, _ => null);

        var loop = new OpenLoop(Schedule(), target, recorder, clock, maxInFlight: 4);
        loop.Run(start: 0);

        Assert.Equal([(LoadStatus.NotSent, 6)], recorder.ByStatus());
        Assert.False(loop.Drain(TimeSpan.FromSeconds(1)));
        Assert.Equal(4, recorder.InFlight);
    }

    [Fact]
    public void Each_request_goes_out_before_the_loop_waits_for_the_next()
    {
        var clock = new ScriptedPacer();
        var recorder = new LoadRecorder(LoadProtocol.Grpc, measureFrom: 0);
        var target = new ScriptedTarget(clock, recorder, _ => 0);
        clock.BeforeWait = () => Assert.Equal(0, target.Unflushed);

        Loop(target, recorder, clock).Run(start: 0);

        Assert.Equal(0, target.Unflushed);
        Assert.Equal(9, clock.Waits);
    }

    private static OpenLoop Loop(ILoadTarget target, LoadRecorder recorder, IPacer clock) => new(Schedule(), target, recorder, clock, maxInFlight: 100);

    private static ArrivalSchedule Schedule() => new(ArrivalKind.Constant, 1000, TimeSpan.FromMilliseconds(10), seed: 1);

    /// <summary>A clock that moves only by waiting and by what the target takes.</summary>
    private sealed class ScriptedPacer : IPacer
    {
        public long Now { get; set; }

        public int Waits { get; private set; }

        public Action BeforeWait { get; set; } = () => { };

        public void WaitUntil(long nanoseconds)
        {
            if (nanoseconds > Now)
            {
                BeforeWait();
                Waits++;
                Now = nanoseconds;
            }
        }
    }

    /// <summary>Blocks each hand-over for the scripted time and answers at its end; null never answers.</summary>
    private sealed class ScriptedTarget(ScriptedPacer clock, LoadRecorder recorder, Func<int, long?> blockFor) : ILoadTarget
    {
        private int _calls;

        public List<long> Latencies { get; } = [];

        public int Unflushed { get; private set; }

        public void Submit(long due)
        {
            Unflushed++;
            if (blockFor(++_calls) is { } time)
            {
                clock.Now += time;
                Latencies.Add(clock.Now - due);
                recorder.Completed(due, clock.Now, 0);
            }
        }

        public void Flush() => Unflushed = 0;
    }
}
