// Hot path: everything here runs once a request.
using Appliance.Http2.Calls;

namespace Floor;

/// <summary>Answers every unary call with one fixed message on the appliance's own transport: nothing is parsed, routed or computed.</summary>
internal sealed class FixedService(byte[] frame) : UnaryService
{
    public override bool Serves(ReadOnlySpan<byte> path) => true;

    public override UnaryCalls Open() => new FixedCalls(frame);

    private sealed class FixedCalls(byte[] frame) : UnaryCalls
    {
        public override UnaryCall Create() => new FixedCall(frame);

        public override void ArrivedAll()
        {
        }
    }

    private sealed class FixedCall(byte[] frame) : UnaryCall
    {
        protected override void Run() => Answer(frame.Length);

        protected override void WriteMessage(Span<byte> message) => frame.CopyTo(message);

        protected override void GiveUp()
        {
        }

        protected override void Release()
        {
        }
    }
}
