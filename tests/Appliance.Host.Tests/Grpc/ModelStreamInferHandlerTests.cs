using System.IO.Pipelines;
using Appliance.Host.Grpc;
using Appliance.Inference.Tensors;
using Contracts.Inference;
using Microsoft.AspNetCore.Http;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

/// <summary>However a stream ends, each of its requests comes out of the appliance once and nobody waits for it any more.</summary>
public sealed class ModelStreamInferHandlerTests : IDisposable
{
    private const int Window = 4;

    private readonly TestModels _models = new(TimeProvider.System);
    private readonly ScriptedLifetime _lifetime = new();
    private readonly FakeCall _call = new(ModelStreamInferHandler.Path);
    private readonly GatedModelInstance _instance;
    private readonly ModelStreamInferHandler _handler;

    public ModelStreamInferHandlerTests()
    {
        var signature = SignatureBuilder.Echo(4, Datatype.FP32, 1);
        _instance = new GatedModelInstance(signature, TimeProvider.System);
        _models.Serve("m", 1, signature, _instance, gathers: true);
        _handler = new ModelStreamInferHandler(_models.Pipeline, new GrpcOptions { StreamWindow = Window }, _lifetime);
    }

    public void Dispose()
    {
        _lifetime.Dispose();
        _call.Dispose();
    }

    [Fact]
    public async Task A_caller_who_ends_the_stream_gets_every_answer_and_a_good_end()
    {
        _instance.Open();
        await SendAsync(0, 1, 2);
        await _call.Sending.CompleteAsync();
        await EndsAsync(Handle(), "0");
        Assert.Equal(["0", "1", "2"], await IdsAsync());
    }

    [Fact]
    public async Task An_idle_stream_ends_as_unavailable_when_the_process_stops()
    {
        // On this thread: it comes back once it waits for the next message.
        var handling = _handler.HandleAsync(new DefaultHttpContext(_call.Features));
        Assert.False(handling.IsCompleted);
        _lifetime.StopApplication();
        await EndsAsync(handling, "14");
        Assert.Equal("the server is stopping", _call.Message);
    }

    [Fact]
    public async Task A_stream_that_begins_while_the_process_stops_ends_at_once()
    {
        _lifetime.StopApplication();
        await SendAsync(0);
        await EndsAsync(Handle(), "14");
        Assert.Empty(await IdsAsync());
    }

    [Fact]
    public async Task Requests_that_run_when_the_process_stops_are_answered_first()
    {
        await SendAsync(0, 1, 2);
        var handling = Handle();
        await _instance.EnteredAsync(TestContext.Current.CancellationToken);
        InsideBecomes(3);
        _lifetime.StopApplication();
        Assert.False(handling.IsCompleted);
        _instance.Open();
        await EndsAsync(handling, "14");
        Assert.Equal(["0", "1", "2"], await IdsAsync());
    }

    [Fact]
    public async Task A_message_that_has_begun_when_the_process_stops_is_taken_to_its_end()
    {
        _instance.Open();
        var message = FakeCall.Framed(FakeCall.Row(1, "0"));
        await _call.SendAsync(message[..10]);
        // On this thread: it comes back once it waits for the rest.
        var handling = _handler.HandleAsync(new DefaultHttpContext(_call.Features));
        _lifetime.StopApplication();
        await _call.SendAsync(message[10..]);
        await EndsAsync(handling, "14");
        Assert.Equal(["0"], await IdsAsync());
    }

    [Fact]
    public async Task A_writer_that_fails_leaves_no_request_inside_and_no_reader_waiting()
    {
        _call.Answer = new FaultyWriter { WriteFault = new InvalidOperationException("writing is over") };
        // More than the window, so that the reading waits for room when the writing fails.
        await SendAsync([.. Enumerable.Range(0, 3 * Window)]);
        var handling = Handle();
        await _instance.EnteredAsync(TestContext.Current.CancellationToken);
        InsideBecomes(Window + 2);
        _instance.Open();
        Assert.Equal("writing is over", (await Assert.ThrowsAsync<InvalidOperationException>(() => FakeCall.Ends(handling))).Message);
        AllIsOver();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task A_caller_who_has_gone_ends_the_reading(Type? fault)
    {
        _instance.Open();
        _call.Answer = new FaultyWriter { FlushFault = fault is null ? null : (Exception)Activator.CreateInstance(fault)! };
        await SendAsync([.. Enumerable.Range(0, 3 * Window)]);
        await EndsAsync(Handle(), "1");
    }

    [Fact]
    public async Task A_caller_who_breaks_off_leaves_no_request_inside()
    {
        await SendAsync(0, 1, 2);
        var handling = Handle();
        await _instance.EnteredAsync(TestContext.Current.CancellationToken);
        InsideBecomes(3);
        await _call.BreakOffAsync();
        _instance.Open();
        await EndsAsync(handling, "1");
    }

    [Fact]
    public async Task An_error_that_ends_the_stream_does_not_wait_for_the_caller_to_end_it()
    {
        _instance.Open();
        _call.Request.Headers["triton_grpc_error"] = "true";
        var unknown = FakeCall.Row(1, "1");
        unknown.ModelName = "nobody";
        await SendAsync(0);
        await _call.SendAsync(FakeCall.Framed(unknown));
        await SendAsync(2);
        await EndsAsync(Handle(), "5");
        Assert.Equal(["0"], await IdsAsync());
    }

    [Fact]
    public async Task An_answer_is_sent_while_the_next_request_still_runs()
    {
        await SendAsync(0);
        var handling = Handle();
        await _instance.EnteredAsync(TestContext.Current.CancellationToken);
        await SendAsync(1);
        InsideBecomes(2);
        _instance.Release();
        Assert.Equal("0", IdOf(Assert.Single(await _call.SentAsync())));
        _instance.Open();
        Assert.Equal("1", IdOf(Assert.Single(await _call.SentAsync())));
        await _call.Sending.CompleteAsync();
        await EndsAsync(handling, "0");
    }

    private Task Handle() => Task.Run(() => _handler.HandleAsync(new DefaultHttpContext(_call.Features)), TestContext.Current.CancellationToken);

    private async Task SendAsync(params int[] ids)
    {
        foreach (var id in ids) await _call.SendAsync(FakeCall.Framed(FakeCall.Row(id, $"{id}")));
    }

    private async Task<IEnumerable<string>> IdsAsync() => (await _call.WrittenAsync()).Select(IdOf);

    private static string IdOf(byte[] message) => ModelStreamInferResponse.Parser.ParseFrom(message).InferResponse.Id;

    private async Task EndsAsync(Task handling, string status)
    {
        await FakeCall.Ends(handling);
        Assert.Equal(status, _call.Status);
        AllIsOver();
    }

    private void AllIsOver()
    {
        Assert.Equal(0, _models.Gate.Inside);
        Assert.All(_models.Directory.Slots.SelectMany(s => s.Ready), m => Assert.Equal(0, m.Leases));
    }

    private void InsideBecomes(int requests) => Assert.True(
        SpinWait.SpinUntil(() => _models.Gate.Inside == requests, TimeSpan.FromSeconds(20)), $"{requests} requests are inside, not {_models.Gate.Inside}");

    /// <summary>Fails where it is told to; else it takes what is written and says that nobody reads it.</summary>
    private sealed class FaultyWriter : PipeWriter
    {
        public Exception? WriteFault { get; init; }

        public Exception? FlushFault { get; init; }

        public override Memory<byte> GetMemory(int sizeHint = 0) => WriteFault is null ? new byte[Math.Max(sizeHint, 4096)] : throw WriteFault;

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            FlushFault is null ? new(new FlushResult(isCanceled: false, isCompleted: true)) : throw FlushFault;

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
