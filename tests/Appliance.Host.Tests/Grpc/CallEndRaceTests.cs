using Appliance.Http2.Calls;

namespace Appliance.Host.Tests.Grpc;

/// <summary>A call that its caller resets at the moment in which it is answered on another thread ends once.</summary>
public sealed class CallEndRaceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_call_that_is_answered_while_it_is_reset_is_released_once(int seed)
    {
        // A connection is closed for more resets than this times two in a second.
        const int Connections = 20, CallsEach = 2_000;
        var service = new RacingService();
        var random = new Random(seed);
        var answering = new Thread(service.AnswerAll) { IsBackground = true };
        answering.Start();
        var ended = 0;
        for (var connection = 0; connection < Connections; connection++)
        {
            var caller = new FrameCaller(service);
            for (var i = 0; i < CallsEach; i++)
            {
                var stream = caller.Call([0, 0, 0, 0, 0]);
                Thread.SpinWait(random.Next(30));
                caller.Reset(stream);
                ended++;
                Assert.True(SpinWait.SpinUntil(() => service.Released >= ended, TimeSpan.FromSeconds(10)), "a call does not end");
                caller.Drain();
            }
            caller.BreakOff();
            Assert.Equal((ended, connection + 1), (service.Released, service.Created));
        }
        service.Stop();
        Assert.True(answering.Join(TimeSpan.FromSeconds(20)));
    }

    /// <summary>Calls that one other thread answers as soon as they run.</summary>
    private sealed class RacingService : UnaryService
    {
        private RacingCall? _running;
        private volatile bool _stopped;
        private int _released;
        private int _created;

        public int Released => Volatile.Read(ref _released);
        public int Created => Volatile.Read(ref _created);

        public override bool Serves(ReadOnlySpan<byte> path) => true;

        public override UnaryCalls Open() => new RacingCalls(this);

        public void Stop() => _stopped = true;

        public void AnswerAll()
        {
            while (!_stopped) Interlocked.Exchange(ref _running, null)?.End();
        }

        private sealed class RacingCalls(RacingService service) : UnaryCalls
        {
            public override UnaryCall Create()
            {
                Interlocked.Increment(ref service._created);
                return new RacingCall(service);
            }

            public override void ArrivedAll()
            {
            }
        }

        private sealed class RacingCall(RacingService service) : UnaryCall
        {
            public void End() => Answer(5);

            protected override void Run() => Volatile.Write(ref service._running, this);

            protected override void GiveUp()
            {
            }

            protected override void WriteMessage(Span<byte> message) => message.Clear();

            protected override void Release() => Interlocked.Increment(ref service._released);
        }
    }
}
