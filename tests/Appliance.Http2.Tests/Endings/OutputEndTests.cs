using System.IO.Pipelines;
using Appliance.Http2.Tests.Conformance;
using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Endings;

public sealed class OutputEndTests
{
    [Fact]
    public void What_is_written_behind_the_end_of_the_transport_is_dropped()
    {
        var pipe = new Pipe();
        pipe.Reader.Complete();
        var output = new ConnectionOutput(pipe.Writer);
        for (var i = 0; i < 4; i++)
        {
            output.PingAck(new byte[8]);
            output.Flush();
        }
    }

    [Fact]
    public async Task Calls_are_given_up_where_the_transport_ended_before_the_reader_saw_it()
    {
        var service = new HandService();
        var peer = new MemoryPeer(service);
        peer.Send(Request.Call(1, Request.Message(30), ServerUnderTest.UnaryPath), Request.Call(3, Request.Message(30), ServerUnderTest.UnaryPath),
            Request.Call(5, Request.Message(30), ServerUnderTest.UnaryPath), Request.Call(7, Request.Message(30), ServerUnderTest.UnaryPath));
        HandCall[] calls = [service.Next(), service.Next(), service.Next(), service.Next()];
        peer.StopReading();
        Exception? answering = null;
        try
        {
            foreach (var call in calls[..3]) call.Reply();
        }
        catch (Exception e)
        {
            answering = e;
        }
        peer.HangUp();
        Exception? running = null;
        try
        {
            await peer.Running.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        }
        catch (Exception e)
        {
            running = e;
        }
        Assert.True(answering is null && running is null && service.GivenUp >= 1, $"answering: {answering?.GetType().Name}; connection: {running?.GetType().Name}; given up: {service.GivenUp}");
    }
}
