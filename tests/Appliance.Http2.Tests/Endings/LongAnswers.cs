using Appliance.Http2.Calls;

namespace Appliance.Http2.Tests.Endings;

/// <summary>Answers every call at once.</summary>
internal sealed class LongAnswers : UnaryService
{
    public int Begun;

    /// <summary>Bytes of an answer: those of a hundred feature rows unless said otherwise.</summary>
    public int AnswerBytes { get; init; } = 111_408;

    public override bool Serves(ReadOnlySpan<byte> path) => true;

    public override UnaryCalls Open() => new LongCalls(this);

    private sealed class LongCalls(LongAnswers service) : UnaryCalls
    {
        public override UnaryCall Create() => new LongCall(service);

        public override void ArrivedAll()
        {
        }
    }

    private sealed class LongCall(LongAnswers service) : UnaryCall
    {
        protected override void Run()
        {
            Interlocked.Increment(ref service.Begun);
            Answer(service.AnswerBytes);
        }

        protected override void WriteMessage(Span<byte> message) => message.Clear();

        protected override void GiveUp()
        {
        }

        protected override void Release()
        {
        }
    }
}
