using Appliance.Host.Grpc;
using Appliance.Host.Health;
using Appliance.Host.Tests.Grpc;
using Appliance.Scoring;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TestKit;

namespace Appliance.Host.Tests.Health;

public sealed class GracefulStopTests : IDisposable
{
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch);
    private readonly AdmissionGate _gate = new(10);
    private readonly CancellationTokenSource _signal = new();

    public void Dispose() => _signal.Dispose();

    [Fact]
    public async Task It_is_over_soon_where_nobody_calls()
    {
        var over = Stop().StoppingAsync(CancellationToken.None);
        Advance(10);
        Assert.False(over.IsCompleted);
        Advance(10);
        await over;
    }

    [Fact]
    public async Task After_a_call_it_is_over_once_nobody_has_called_for_a_quarter_of_a_second()
    {
        await _signal.CancelAsync();
        var stop = Stop();
        var over = stop.StoppingAsync(CancellationToken.None);
        Advance(10);
        stop.Note(new DefaultHttpContext().Features);
        Advance(240);
        Assert.False(over.IsCompleted);
        Advance(10);
        await over;
    }

    [Fact]
    public async Task It_waits_for_a_request_that_is_inside()
    {
        Assert.True(_gate.TryEnter());
        var over = Stop().StoppingAsync(CancellationToken.None);
        Advance(1000);
        Assert.False(over.IsCompleted);
        _gate.Leave();
        Advance(10);
        await over;
    }

    [Fact]
    public async Task It_waits_for_callers_who_go_on_and_three_seconds_at_most()
    {
        await _signal.CancelAsync();
        var stop = Stop();
        var over = stop.StoppingAsync(CancellationToken.None);
        for (var i = 0; i < 29; i++)
        {
            stop.Note(new DefaultHttpContext().Features);
            Advance(100);
            Assert.False(over.IsCompleted);
        }
        stop.Note(new DefaultHttpContext().Features);
        Advance(100);
        await over;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ModelInfer_call_after_the_signal_is_a_call_like_any_other(bool signalled)
    {
        if (signalled) await _signal.CancelAsync();
        var stop = Stop();
        var caller = new FrameCaller(new ModelInferService(new TestModels(_time).Pipeline, new GrpcOptions(), stop));
        var over = stop.StoppingAsync(CancellationToken.None);
        Advance(10);
        Assert.Equal("5", (await caller.EndAsync(caller.Call(FakeCall.Framed(FakeCall.Row(1))))).Status);
        Advance(240);
        Assert.Equal(!signalled, over.IsCompleted);
        Advance(10);
        await over;
    }

    [Fact]
    public async Task It_takes_half_of_the_time_for_the_end_at_most()
    {
        Assert.True(_gate.TryEnter());
        var over = Stop(shutdownSeconds: 1).StoppingAsync(CancellationToken.None);
        Advance(490);
        Assert.False(over.IsCompleted);
        Advance(10);
        await over;
    }

    [Fact]
    public async Task It_is_over_when_the_time_for_the_end_is()
    {
        Assert.True(_gate.TryEnter());
        using var limit = new CancellationTokenSource();
        var over = Stop().StoppingAsync(limit.Token);
        await limit.CancelAsync();
        await over;
    }

    [Theory]
    [InlineData("HTTP/1.1", true, "close")]
    [InlineData("HTTP/1.1", false, "")]
    [InlineData("HTTP/2", true, "")]
    public async Task Callers_over_HTTP_1_are_told_to_close_their_connections_from_the_signal_on(string protocol, bool signalled, string connection)
    {
        if (signalled) await _signal.CancelAsync();
        var context = new DefaultHttpContext();
        context.Request.Protocol = protocol;
        Stop().Note(context.Features);
        Assert.Equal(connection, context.Response.Headers.Connection.ToString());
    }

    private GracefulStop Stop(int shutdownSeconds = 30) => new(
        new Readiness(new ScriptedModelLifecycle(), new SignalledLifetime(_signal.Token)), _gate,
        Options.Create(new HostOptions { ShutdownTimeout = TimeSpan.FromSeconds(shutdownSeconds) }), _time);

    private void Advance(int milliseconds)
    {
        // Step by step, so that what a look sets going has gone before the next one.
        for (var at = 0; at < milliseconds; at += 10) _time.Advance(TimeSpan.FromMilliseconds(10));
    }

    private sealed class SignalledLifetime(CancellationToken signal) : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;
        public CancellationToken ApplicationStopping => signal;
        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
