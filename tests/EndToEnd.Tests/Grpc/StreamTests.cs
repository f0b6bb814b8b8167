using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Grpc;

/// <summary>ModelStreamInfer: many requests on one stream.</summary>
public sealed class StreamTests(SharedAppliance shared)
{
    [Fact]
    public async Task Answers_come_in_the_order_of_the_requests()
    {
        const int Count = 500;
        using var call = (await shared.StartedAsync()).Inference.ModelStreamInfer(deadline: ApplianceCalls.Deadline);
        var sending = SendAsync(call, [.. Enumerable.Range(0, Count).Select(Scale)]);
        var answers = await ReadAllAsync(call);
        await sending;
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), answers.Select(a => a.InferResponse.Id));
        Assert.All(answers.Index(), a => Assert.Equal(5f * a.Index, Assert.Single(InferMessages.Outputs(a.Item.InferResponse)).As<float>()[0]));
        Assert.All(answers, a => Assert.Equal("", a.ErrorMessage));
    }

    [Fact]
    public async Task A_request_that_fails_is_answered_in_its_place_and_the_stream_goes_on()
    {
        var wrong = Scale(1);
        wrong.Inputs[0].Name = "INPUT9";
        using var call = (await shared.StartedAsync()).Inference.ModelStreamInfer(deadline: ApplianceCalls.Deadline);
        await SendAsync(call, Scale(0), wrong, Scale(2));
        var answers = await ReadAllAsync(call);
        Assert.Equal(["0", "1", "2"], answers.Select(a => a.InferResponse.Id));
        Assert.Contains("unexpected inference input 'INPUT9'", answers[1].ErrorMessage);
        Assert.Equal("", answers[2].ErrorMessage);
    }

    [Fact]
    public async Task A_caller_who_asks_for_statuses_gets_the_failed_requests_status_as_the_streams()
    {
        using var call = (await shared.StartedAsync()).Inference.ModelStreamInfer(new Metadata { { "triton_grpc_error", "true" } }, ApplianceCalls.Deadline);
        await call.RequestStream.WriteAsync(Scale(0), TestContext.Current.CancellationToken);
        var unknown = Scale(1);
        unknown.ModelName = "nobody";
        await call.RequestStream.WriteAsync(unknown, TestContext.Current.CancellationToken);
        await call.RequestStream.CompleteAsync();
        var refusal = await ApplianceCalls.RefusalAsync(() => ReadAllAsync(call));
        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
        Assert.Contains("'nobody'", refusal.Detail);
    }

    [Fact]
    public async Task A_stream_without_requests_ends_well()
    {
        using var call = (await shared.StartedAsync()).Inference.ModelStreamInfer(deadline: ApplianceCalls.Deadline);
        await call.RequestStream.CompleteAsync();
        Assert.Empty(await ReadAllAsync(call));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Answers_come_while_the_stream_is_open()
    {
        using var call = (await shared.StartedAsync()).Inference.ModelStreamInfer(deadline: ApplianceCalls.Deadline);
        for (var i = 0; i < 3; i++)
        {
            await call.RequestStream.WriteAsync(Scale(i), TestContext.Current.CancellationToken);
            Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            Assert.Equal($"{i}", call.ResponseStream.Current.InferResponse.Id);
        }
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_stream_may_carry_more_than_one_message_may()
    {
        const int Count = 24, Floats = 1 << 20;
        var appliance = await shared.StartedAsync();
        using var call = appliance.Inference.ModelStreamInfer(deadline: ApplianceCalls.Deadline);
        var request = InferMessages.Raw(SharedAppliance.IdentityOf("FP32"), TensorValue.OfFloats(OnnxModels.Input, [1, Floats], new float[Floats]));
        var sending = SendAsync(call, [.. Enumerable.Repeat(request, Count)]);
        for (var i = 0; i < Count; i++)
        {
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal(Floats * 4, call.ResponseStream.Current.InferResponse.RawOutputContents[0].Length);
        }
        await sending;
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
    }

    private static ModelInferRequest Scale(int value)
    {
        var request = InferMessages.Raw("two_versions", TensorValue.OfFloats(OnnxModels.Input, [1, 4], value, 0, 0, 0));
        request.Id = $"{value}";
        return request;
    }

    private static async Task SendAsync(AsyncDuplexStreamingCall<ModelInferRequest, ModelStreamInferResponse> call, params ModelInferRequest[] requests)
    {
        foreach (var request in requests) await call.RequestStream.WriteAsync(request);
        await call.RequestStream.CompleteAsync();
    }

    private static async Task<IReadOnlyList<ModelStreamInferResponse>> ReadAllAsync(AsyncDuplexStreamingCall<ModelInferRequest, ModelStreamInferResponse> call)
    {
        var answers = new List<ModelStreamInferResponse>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None)) answers.Add(call.ResponseStream.Current);
        return answers;
    }
}
