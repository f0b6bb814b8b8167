using Appliance.Http2.Tests.Conformance;
using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Endings;

public sealed class CallReuseTests
{
    [Fact]
    public void A_call_that_is_answered_while_its_caller_resets_it_becomes_idle_once()
    {
        var service = new HandService();
        var peer = new MemoryPeer(service);
        var body = Request.Message(30);
        var stream = -1;
        for (var attempt = 0; attempt < 300; attempt++)
        {
            peer.Send(Request.Call(stream += 2, body, ServerUnderTest.UnaryPath));
            var call = service.Next();
            Thread answering;
            using (peer.Connection.Output.Gate.EnterScope())
            {
                peer.Send(RawFrames.ResetStream(stream));
                Thread.Sleep(2);
                answering = new Thread(call.Reply);
                answering.Start();
                Thread.Sleep(2);
            }
            answering.Join();
            peer.Send(Request.Call(stream += 2, body, ServerUnderTest.UnaryPath), Request.Call(stream += 2, body, ServerUnderTest.UnaryPath));
            var first = service.Next();
            var second = service.Next();
            Assert.False(ReferenceEquals(first, second), $"Two streams have one call after {attempt + 1} attempts.");
            first.Reply();
            second.Reply();
        }
    }

    [Fact]
    public async Task Callers_that_reset_while_they_are_answered_do_no_harm_over_sockets()
    {
        var service = new HandService();
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask, service);
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        using var over = new CancellationTokenSource();
        var answering = Task.Factory.StartNew(() =>
        {
            while (!over.IsCancellationRequested)
            {
                if (service.Ran.TryTake(out var call, 20)) call.Reply();
            }
        }, TaskCreationOptions.LongRunning);
        var body = Request.Message(30);
        var stream = -1;
        for (var round = 0; round < 200 && Volatile.Read(ref service.Shared) == 0; round++)
        {
            var streams = Enumerable.Range(0, 40).Select(_ => stream += 2).ToArray();
            var calls = streams.Select(s => Request.Call(s, body, ServerUnderTest.UnaryPath));
            if (await client.TrySendAsync(RawFrames.Together([.. calls, .. streams.Select(s => RawFrames.ResetStream(s))])) != SendOutcome.Sent) break;
            await Task.Delay(12, TestContext.Current.CancellationToken);
        }
        await over.CancelAsync();
        Assert.Equal(0, Volatile.Read(ref service.Shared));
    }
}
