using Appliance.Http2.Calls;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>Sends a unary call's body back as its answer. Thread-safe.</summary>
internal sealed class EchoService : UnaryService
{
    public override bool Serves(ReadOnlySpan<byte> path) => path.SequenceEqual("/conformance.Echo/Unary"u8);

    public override UnaryCalls Open() => new EchoCalls();

    private sealed class EchoCalls : UnaryCalls
    {
        public override UnaryCall Create() => new EchoCall();

        public override void ArrivedAll()
        {
        }
    }

    private sealed class EchoCall : UnaryCall
    {
        protected override void Run() => Answer(Body.Count);

        protected override void WriteMessage(Span<byte> message) => Body.AsSpan().CopyTo(message);

        protected override void GiveUp()
        {
        }

        protected override void Release()
        {
        }
    }
}
