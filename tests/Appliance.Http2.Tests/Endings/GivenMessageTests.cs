using System.Buffers;
using System.Collections.Concurrent;
using Appliance.Http2.Calls;
using Appliance.Http2.Tests.Conformance;
using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Endings;

/// <summary>A service that gives the memory of a long answer away instead of having it copied.</summary>
public sealed class GivenMessageTests
{
    [Fact]
    public async Task A_message_that_is_given_away_arrives_whole_and_its_memory_goes_back()
    {
        var service = new GivingService();
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask, service);
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        var body = Request.Message(50_000);
        await client.UploadCallAsync(1, body, ServerUnderTest.UnaryPath);
        await Verdict.EchoAsync(client, 1, body);
        var given = Assert.Single(service.Given);
        Assert.True(SpinWait.SpinUntil(() => service.Pool.Returned.Contains(given), TimeSpan.FromSeconds(10)), "the memory did not go back");
    }

    [Fact]
    public async Task A_message_that_goes_out_at_once_is_written_and_not_asked_for()
    {
        var service = new GivingService();
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask, service);
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        var body = Request.Message(200);
        await client.SendAsync(Request.Call(1, body, ServerUnderTest.UnaryPath));
        await Verdict.EchoAsync(client, 1, body);
        Assert.Empty(service.Given);
    }

    private sealed class GivingService : UnaryService
    {
        public WatchedPool Pool { get; } = new();
        public ConcurrentBag<byte[]> Given { get; } = [];
        public override ArrayPool<byte> Memory => Pool;
        public override bool Serves(ReadOnlySpan<byte> path) => path.SequenceEqual("/conformance.Echo/Unary"u8);
        public override UnaryCalls Open() => new GivingCalls(this);
    }

    private sealed class GivingCalls(GivingService service) : UnaryCalls
    {
        public override UnaryCall Create() => new GivingCall(service);

        public override void ArrivedAll()
        {
        }
    }

    private sealed class GivingCall(GivingService service) : UnaryCall
    {
        protected override void Run() => Answer(Body.Count);

        protected override void WriteMessage(Span<byte> message) => Body.AsSpan().CopyTo(message);

        // Longer than the message: only its beginning is sent.
        protected override byte[] TakeMessage()
        {
            var given = new byte[Body.Count + 1000];
            Body.AsSpan().CopyTo(given);
            service.Given.Add(given);
            return given;
        }

        protected override void GiveUp()
        {
        }

        protected override void Release()
        {
        }
    }

    private sealed class WatchedPool : ArrayPool<byte>
    {
        public ConcurrentBag<byte[]> Returned { get; } = [];

        public override byte[] Rent(int minimumLength) => new byte[minimumLength];

        public override void Return(byte[] array, bool clearArray = false) => Returned.Add(array);
    }
}
