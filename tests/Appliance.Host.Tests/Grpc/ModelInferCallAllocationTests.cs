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
    private int _streamId;

    private int _answerBytes;

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
        var first = await _caller.EndAsync(_caller.Call(ModelInferRig.Body()));
        Assert.Equal(8, first.Value);
        // Headers of two bytes and trailers of one from the second answer on.
        _answerBytes = first.Body.Count + (3 * FrameHeader.Size) + 3;
        byte[] call = [.. _caller.Headers(out _streamId), .. FrameCaller.Data(_streamId, ModelInferRig.Body())];
        var read = new byte[call.Length * callsInOneRead];
        for (var i = 0; i < callsInOneRead; i++) call.CopyTo(read, i * call.Length);
        _caller.OpenWindow(0, 1 << 30);
        _caller.Drain();
        Round(read, call.Length, 4_000 / callsInOneRead);
        // One of many, up to the first: blocks of the pipes come from the process's pool, of which other tests take, too.
        Assert.Contains(0, Enumerable.Range(0, 100).Select(_ => Round(read, call.Length, 4_000 / callsInOneRead)));
    }

    private long Round(byte[] read, int callLength, int reads)
    {
        var answers = 0L;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < reads; i++)
        {
            for (var at = 0; at < read.Length; at += callLength) Number(read.AsSpan(at, callLength));
            _caller.Send(read);
            answers += _caller.Drain();
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((long)reads * (read.Length / callLength) * _answerBytes, answers);
        return allocated;
    }

    private void Number(Span<byte> call)
    {
        BinaryPrimitives.WriteInt32BigEndian(call[5..], _streamId);
        BinaryPrimitives.WriteInt32BigEndian(call[(FrameHeader.Size + FrameHeader.Read(call).Length + 5)..], _streamId);
        _streamId += 2;
    }
}
