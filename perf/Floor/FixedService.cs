// Hot path: everything here runs once a request.
using Appliance.Http2.Calls;

namespace Floor;

/// <summary>Answers every unary call with one fixed ModelInferResponse on the appliance's own transport: nothing is parsed, routed or computed.</summary>
internal sealed class FixedService : UnaryService
{
    public override bool Serves(ReadOnlySpan<byte> path) => true;

    public override UnaryCalls Open() => new FixedCalls();

    private sealed class FixedCalls : UnaryCalls
    {
        public override UnaryCall Create() => new FixedCall();

        public override void ArrivedAll()
        {
        }
    }

    private sealed class FixedCall : UnaryCall
    {
        protected override void Run() => Answer(FixedReply.Frame.Length);

        protected override void WriteMessage(Span<byte> message) => FixedReply.Frame.CopyTo(message);

        protected override void GiveUp()
        {
        }

        protected override void Release()
        {
        }
    }
}
