// Hot path: everything here runs once a request.
using System.Buffers.Binary;
using Appliance.Http2.Calls;
using Microsoft.ML.OnnxRuntime;

namespace Floor;

/// <summary>
/// Answers every unary call with a run of one model over the values that the request ends with, each call for itself, on the thread that reads its connection:
/// what a model costs where nothing is parsed, routed, queued, batched or counted.
/// </summary>
internal sealed class BareRunService(InferenceSession session) : UnaryService
{
    public override bool Serves(ReadOnlySpan<byte> path) => true;

    public override UnaryCalls Open() => new BareCalls(new BareRun(session));

    private sealed class BareCalls(BareRun run) : UnaryCalls
    {
        public override UnaryCall Create() => new BareCall(run);

        public override void ArrivedAll()
        {
        }
    }

    private sealed class BareCall(BareRun run) : UnaryCall
    {
        private const int InvalidArgument = 3;

        private float _score;

        protected override void Run()
        {
            if (Body.Count < run.InputBytes)
            {
                Refuse(InvalidArgument, "the message is shorter than a row of the model");
                return;
            }
            _score = run.Score(Body);
            Answer(FixedReply.Frame.Length);
        }

        // The score is the last of the message.
        protected override void WriteMessage(Span<byte> message)
        {
            FixedReply.Frame.CopyTo(message);
            BinaryPrimitives.WriteSingleLittleEndian(message[^sizeof(float)..], _score);
        }

        protected override void GiveUp()
        {
        }

        protected override void Release()
        {
        }
    }
}
