namespace Appliance.Host.Tests.Grpc;

/// <summary>An answer larger than the peer's windows goes out as they open, and keeps no other answer back that fits.</summary>
public sealed class ModelInferCallWindowTests : IDisposable
{
    private const int ConnectionWindow = 65535;

    private readonly ModelInferRig _rig = new();
    private readonly FrameCaller _caller;

    public ModelInferCallWindowTests()
    {
        _rig.Instance.Open();
        _caller = _rig.Connect();
    }

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task An_answer_larger_than_its_streams_window_goes_out_as_it_opens_and_others_pass_it()
    {
        _caller.LimitStreams(1000);
        var large = _caller.Call(ModelInferRig.Body(5, floats: 2000));
        Assert.Equal((1000, false), (_caller.Look(large).Body.Count, _caller.Look(large).Ended));
        // A small one is through before the next piece of the large one.
        Assert.Equal(6, (await _caller.EndAsync(_caller.Call(ModelInferRig.Body(6)))).Value);
        Assert.Equal(1000, _caller.Look(large).Body.Count);
        _caller.OpenWindow(large, 1);
        Assert.Equal(1001, _caller.Look(large).Body.Count);
        _caller.OpenWindow(large, 20_000);
        Check(large, 5, 2000);
        Assert.Equal(["Headers 1", "Data 1", "Headers 3", "Data 3", "Headers 3", "Data 1", "Headers 1"], _caller.Seen);
        _rig.AllIsOver();
    }

    [Fact]
    public void Answers_larger_than_the_connections_window_share_it_as_it_opens()
    {
        const int Floats = 10_000;
        int[] streams = [.. Enumerable.Range(0, 3).Select(i => _caller.Call(ModelInferRig.Body(i, floats: Floats)))];
        Assert.Equal(ConnectionWindow, streams.Sum(s => _caller.Look(s).Body.Count));
        Check(streams[0], 0, Floats);
        Assert.False(_caller.Look(streams[1]).Ended || _caller.Look(streams[2]).Ended);
        for (var opened = 0; opened < 60_000; opened += 1_000)
        {
            var before = streams.Sum(s => _caller.Look(s).Body.Count);
            _caller.OpenWindow(0, 1_000);
            var sent = streams.Sum(s => _caller.Look(s).Body.Count) - before;
            Assert.True(sent == 1_000 || streams.All(s => _caller.Look(s).Ended), $"{sent} bytes were sent for 1000");
        }
        for (var i = 0; i < streams.Length; i++) Check(streams[i], i, Floats);
        _rig.AllIsOver();
    }

    [Fact]
    public async Task A_small_answer_waits_for_the_connections_window_like_any_other()
    {
        _caller.LimitStreams(1 << 20);
        var large = _caller.Call(ModelInferRig.Body(5, floats: 20_000));
        var small = _caller.Call(ModelInferRig.Body(6));
        Assert.Empty(_caller.Look(small).Body);
        _caller.OpenWindow(0, 1 << 20);
        Assert.Equal(6, (await _caller.EndAsync(small)).Value);
        Check(large, 5, 20_000);
        _rig.AllIsOver();
    }

    [Fact]
    public void A_window_that_the_settings_open_later_lets_an_answer_go_on()
    {
        _caller.LimitStreams(0);
        var stream = _caller.Call(ModelInferRig.Body(5));
        Assert.Equal(("200", 0, false), (_caller.Look(stream).HttpStatus, _caller.Look(stream).Body.Count, _caller.Look(stream).Ended));
        _caller.LimitStreams(1000);
        Check(stream, 5, 1);
        _rig.AllIsOver();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_who_goes_while_an_answer_waits_for_a_window_leaves_nothing_behind(bool withTheConnection)
    {
        _caller.LimitStreams(10);
        var stream = _caller.Call(ModelInferRig.Body(5, floats: 5000));
        Assert.Equal(10, _caller.Look(stream).Body.Count);
        if (withTheConnection)
        {
            _caller.BreakOff();
            await _caller.ServedAsync();
        }
        else
        {
            _caller.Reset(stream);
            _caller.OpenWindow(stream, 1000);
            _caller.LimitStreams(1000);
            Assert.Equal(6, (await _caller.EndAsync(_caller.Call(ModelInferRig.Body(6)))).Value);
        }
        Assert.Equal((10, false), (_caller.Look(stream).Body.Count, _caller.Look(stream).Ended));
        _rig.AllIsOver();
    }

    private void Check(int stream, float value, int floats)
    {
        var reply = _caller.Look(stream);
        Assert.True(reply.Ended);
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(reply.Response.RawOutputContents[0].Span).ToArray();
        Assert.Equal(Enumerable.Repeat(value, floats), values);
    }
}
