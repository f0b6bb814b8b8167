using System.Buffers.Binary;
using Appliance.Host.Grpc;
using Appliance.Host.Health;
using Appliance.Http2.Frames;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

public sealed class ModelInferCallAllocationTests : IDisposable
{
    private readonly ScriptedLifetime _lifetime = new();
    private readonly FrameCaller _caller;
    private int _streamId = -1;

    public ModelInferCallAllocationTests()
    {
        var models = new TestModels(TimeProvider.System);
        models.Serve("m", 1, VersionStampInstance.Signature, new VersionStampInstance(1, new SessionLedger().Open(), TimeProvider.System));
        var stop = new GracefulStop(new Readiness(new ScriptedModelLifecycle(), _lifetime), models.Gate, Options.Create(new HostOptions()), TimeProvider.System);
        _caller = new FrameCaller(new ModelInferService(models.Pipeline, new GrpcOptions(), stop));
    }

    public void Dispose() => _lifetime.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task A_call_allocates_nothing_from_its_first_byte_to_its_answers_last(int callsInOneRead)
    {
        // Well-formed to begin with.
        Assert.Equal(8, (await _caller.EndAsync(_caller.Call(ModelInferRig.Body()))).Value);
        byte[] call = [.. _caller.Headers(out _streamId), .. FrameCaller.Data(_streamId, ModelInferRig.Body())];
        var read = new byte[call.Length * callsInOneRead];
        for (var i = 0; i < callsInOneRead; i++) call.CopyTo(read, i * call.Length);
        Round(read, call.Length, 2_000 / callsInOneRead);
        Assert.Equal(0, Round(read, call.Length, 2_000 / callsInOneRead));
    }

    private long Round(byte[] read, int callLength, int reads)
    {
        var answered = 0L;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < reads; i++)
        {
            for (var at = 0; at < read.Length; at += callLength) Number(read.AsSpan(at, callLength));
            _caller.Send(read);
            var bytes = _caller.Drain();
            // Every read is answered alike but the first, which puts fields into the table, and those that are granted windows anew.
            if (bytes > 0) answered++;
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(reads, answered);
        return allocated;
    }

    private void Number(Span<byte> call)
    {
        BinaryPrimitives.WriteInt32BigEndian(call[5..], _streamId);
        BinaryPrimitives.WriteInt32BigEndian(call[(FrameHeader.Size + FrameHeader.Read(call).Length + 5)..], _streamId);
        _streamId += 2;
    }
}
