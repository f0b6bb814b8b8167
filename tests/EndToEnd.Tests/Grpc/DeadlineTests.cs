using Contracts.Inference;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace EndToEnd.Tests.Grpc;

/// <summary>One slow instance and requests that wait for it: deadlines, cancellation and the bound of the queue.</summary>
public sealed class DeadlineTests(SlowAppliance slow) : IClassFixture<SlowAppliance>
{
    [Fact]
    public async Task A_waiting_request_whose_deadline_passes_is_told_so_before_the_instance_is_free()
    {
        var appliance = await slow.StartedAsync();
        using var bare = new BareGrpc(appliance.GrpcPort);
        var running = await slow.SendAsync();
        // No client library is in between: the status is the server's.
        var reply = await bare.PostAsync(BareGrpc.ModelInfer, BareGrpc.Frame(SlowAppliance.Request().ToByteArray()), ("grpc-timeout", "100m"));
        Assert.Equal(StatusCode.DeadlineExceeded, reply.Grpc);
        Assert.False(running.IsCompleted, "the slow run was over before the deadline: the test says nothing");
        await running;
    }

    [Fact]
    public async Task A_request_on_a_stream_waits_no_longer_than_its_streams_deadline()
    {
        var appliance = await slow.StartedAsync();
        using var bare = new BareGrpc(appliance.GrpcPort);
        var running = await slow.SendAsync();
        var reply = await bare.PostAsync(BareGrpc.ModelStreamInfer, BareGrpc.Frame(SlowAppliance.Request().ToByteArray()), ("grpc-timeout", "100m"));
        Assert.False(running.IsCompleted, "the slow run was over before the deadline: the test says nothing");
        Assert.Equal(StatusCode.OK, reply.Grpc);
        Assert.NotEmpty(ModelStreamInferResponse.Parser.ParseFrom(reply.Body.AsSpan(5)).ErrorMessage);
        await running;
    }

    [Fact]
    public async Task A_client_librarys_deadline_ends_its_call()
    {
        var appliance = await slow.StartedAsync();
        var running = await slow.SendAsync();
        var refusal = await ApplianceCalls.RefusalAsync(async () =>
            await appliance.Inference.ModelInferAsync(SlowAppliance.Request(), deadline: DateTime.UtcNow.AddMilliseconds(100)));
        Assert.Equal(StatusCode.DeadlineExceeded, refusal.StatusCode);
        await running;
    }

    [Fact]
    public async Task A_full_queue_refuses_and_what_it_holds_is_answered()
    {
        var appliance = await slow.StartedAsync();
        var accepted = await slow.FillAsync();
        var refusal = await appliance.RefusalAsync(SlowAppliance.Request());
        Assert.Equal(StatusCode.Unavailable, refusal.StatusCode);
        Assert.Equal("Exceeds maximum queue size", refusal.Detail);
        Assert.All(await Task.WhenAll(accepted), response => Assert.Equal(1f, Assert.Single(InferMessages.Outputs(response)).As<float>()[0]));
    }

    [Fact]
    public async Task Callers_who_hang_up_free_their_places_in_the_queue()
    {
        var appliance = await slow.StartedAsync();
        var running = await slow.SendAsync();
        using var hangUp = new CancellationTokenSource();
        var leaving = Enumerable.Range(0, SlowAppliance.QueueLimit)
            .Select(_ => appliance.Inference.ModelInferAsync(SlowAppliance.Request(), cancellationToken: hangUp.Token).ResponseAsync).ToArray();
        await slow.PendingAsync(SlowAppliance.QueueLimit);
        var failedBefore = await slow.FailedAsync();
        await hangUp.CancelAsync();
        foreach (var call in leaving) Assert.Equal(StatusCode.Cancelled, (await ApplianceCalls.RefusalAsync(() => call)).StatusCode);

        await Eventually.BecomesTrueAsync(
            async () => await slow.FailedAsync() == failedBefore + SlowAppliance.QueueLimit, TimeSpan.FromSeconds(5), "both waiting requests are counted as ended");
        Assert.False(running.IsCompleted, "the slow run was over before: the test says nothing");
        // Their places are free: as many others are taken, none is refused.
        await Task.WhenAll(Enumerable.Range(0, SlowAppliance.QueueLimit).Select(_ => appliance.InferAsync(SlowAppliance.Request())));
        await running;
    }

    [Fact]
    public async Task Calls_that_run_no_model_are_answered_while_every_instance_is_busy()
    {
        var appliance = await slow.StartedAsync();
        var accepted = await slow.FillAsync();
        await appliance.AssertAliveAsync();
        Assert.False(accepted[^1].IsCompleted, "the queue was empty before: the test says nothing");
        await Task.WhenAll(accepted);
    }

    [Fact]
    public async Task Streams_are_bounded_by_the_same_queue()
    {
        var appliance = await slow.StartedAsync();
        var accepted = await slow.FillAsync();
        using var call = appliance.Inference.ModelStreamInfer(deadline: ApplianceCalls.Deadline);
        await call.RequestStream.WriteAsync(SlowAppliance.Request());
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal("Exceeds maximum queue size", call.ResponseStream.Current.ErrorMessage);
        await Task.WhenAll(accepted);
    }

    [Fact]
    public async Task A_stream_that_is_cancelled_frees_its_places_in_the_queue()
    {
        var appliance = await slow.StartedAsync();
        var running = await slow.SendAsync();
        using var hangUp = new CancellationTokenSource();
        using var call = appliance.Inference.ModelStreamInfer(cancellationToken: hangUp.Token);
        for (var i = 0; i < SlowAppliance.QueueLimit; i++) await call.RequestStream.WriteAsync(SlowAppliance.Request());
        await slow.PendingAsync(SlowAppliance.QueueLimit);
        var failedBefore = await slow.FailedAsync();
        await hangUp.CancelAsync();
        await Eventually.BecomesTrueAsync(
            async () => await slow.FailedAsync() == failedBefore + SlowAppliance.QueueLimit, TimeSpan.FromSeconds(5), "the stream's waiting requests are counted as ended");
        Assert.False(running.IsCompleted, "the slow run was over before: the test says nothing");
        await running;
    }
}
