using System.Buffers.Binary;
using System.Net;
using System.Text;
using Contracts.Health;
using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Google.Protobuf;
using Grpc.Core;
using ServingStatus = Contracts.Health.HealthCheckResponse.Types.ServingStatus;

namespace EndToEnd.Tests.Lifecycle;

/// <summary>SIGTERM: whatever the process has taken is answered, and it says to everybody else that it is on its way out.</summary>
public sealed class StopTests : IDisposable
{
    private const int Callers = 4, Stops = 3;

    // About a second on one core of today: long against everything that a stop does otherwise.
    private const int SlowRounds = 1600;

    private const string Stopping = "the server is stopping";

    private readonly TemporaryRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task An_idle_process_unloads_its_models_and_ends_with_0()
    {
        _repository.AddModel("scale", OnnxModels.Scale(2));
        await using var appliance = await StartAsync();
        Assert.Equal(0, await appliance.StopAsync());
        await Eventually.BecomesTrueAsync(() => appliance.Log.Contains("Model scale v1 is unloaded"), TimeSpan.FromSeconds(10), "the log tells of the unloading");
    }

    [Fact]
    public async Task No_call_fails_when_the_process_is_stopped_under_load()
    {
        _repository.AddModel("scale", OnnxModels.Scale(2));
        for (var i = 0; i < Stops; i++)
        {
            await using var appliance = await StartAsync();
            await using var calls = new LoadedCalls(appliance, Callers);
            await calls.AnsweredAsync(500);
            Assert.Equal(0, await appliance.StopAsync());
            await calls.StopAsync();
            Assert.True(calls.Failures.Count == 0, $"stop {i + 1}: {calls.Failures.Count} of {calls.Answered} calls failed: {string.Join("; ", calls.Failures.Distinct())}\n{appliance.Log}");
        }
    }

    [Fact]
    public async Task Requests_inside_are_answered_while_everybody_is_told_that_the_process_is_not_ready()
    {
        _repository.AddModel("slow", OnnxModels.Slow(SlowRounds));
        await using var appliance = await StartAsync(("Models:DefaultInstances", "1"));
        using var watch = appliance.Health.Watch(new HealthCheckRequest(), deadline: ApplianceCalls.Deadline);
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);

        var running = appliance.InferAsync(Slow());
        var waiting = appliance.InferAsync(Slow());
        var rest = appliance.Http.PostAsync("/v2/models/slow/infer", Body());
        await InsideAsync(appliance, 3);
        var stopped = appliance.StopAsync();

        // While the slow ones run, the ports stay open for those who ask.
        await Eventually.BecomesTrueAsync(async () => !await IsReadyAsync(appliance), TimeSpan.FromSeconds(5), "the process says that it is not ready");
        using var health = await appliance.Http.GetAsync("/v2/health/ready");
        Assert.Equal(HttpStatusCode.BadRequest, health.StatusCode);
        Assert.Equal(ServingStatus.NotServing, (await appliance.Health.CheckAsync(new HealthCheckRequest(), deadline: ApplianceCalls.Deadline)).Status);
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        Assert.False(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        foreach (var call in new[] { running, waiting }) Assert.Equal(1f, Assert.Single(Assert.Single(InferMessages.Outputs(await call)).As<float>()));
        using var answer = await rest;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, await stopped);
    }

    [Fact]
    public async Task A_stream_that_waits_ends_as_unavailable_and_does_not_hold_the_process_up()
    {
        _repository.AddModel("scale", OnnxModels.Scale(2));
        await using var appliance = await StartPatientAsync(3600);
        using var connection = await Http2Socket.OpenAsync(appliance.GrpcPort);
        await connection.SendCallAsync(1, BareGrpc.ModelStreamInfer);
        await AskAsync(connection, InferMessages.Raw("scale", TensorValue.OfFloats(OnnxModels.Input, [1, 4], 1, 2, 3, 4)));
        for (var frame = await connection.ReadFrameAsync(); frame is not { Type: Http2Socket.Data, Stream: 1 }; frame = await connection.ReadFrameAsync()) Assert.NotNull(frame.Type);
        // The wait for the end is short against the hour that the process gives to what is inside.
        var stopped = appliance.StopAsync();
        Assert.Contains(Stopping, (await ReadToEndAsync(connection)).Told, StringComparison.Ordinal);
        Assert.Equal(0, await stopped);
    }

    [Fact]
    public async Task A_stream_that_has_asked_nothing_is_told_of_the_end_and_does_not_hold_the_process_up()
    {
        _repository.AddModel("scale", OnnxModels.Scale(2));
        await using var appliance = await StartPatientAsync(3600);
        using var connection = await Http2Socket.OpenAsync(appliance.GrpcPort);
        await connection.SendCallAsync(1, BareGrpc.ModelStreamInfer);
        await connection.AllIsReadAsync();
        var stopped = appliance.StopAsync();
        Assert.Contains(Stopping, (await ReadToEndAsync(connection)).Told, StringComparison.Ordinal);
        Assert.Equal(0, await stopped);
    }

    [Fact]
    public async Task A_stream_gets_the_answers_to_what_it_has_asked_before_it_ends()
    {
        _repository.AddModel("slow", OnnxModels.Slow(SlowRounds));
        await using var appliance = await StartPatientAsync(3600, ("Models:DefaultInstances", "1"));
        using var connection = await Http2Socket.OpenAsync(appliance.GrpcPort);
        await connection.SendCallAsync(1, BareGrpc.ModelStreamInfer);
        for (var i = 0; i < 3; i++) await AskAsync(connection, Slow());
        await InsideAsync(appliance, 3);
        var stopped = appliance.StopAsync();
        var (answers, told) = await ReadToEndAsync(connection);
        Assert.Equal(3, answers.Count);
        Assert.All(answers, answer => Assert.Equal(1f, Assert.Single(Assert.Single(InferMessages.Outputs(answer.InferResponse)).As<float>())));
        Assert.Contains(Stopping, told, StringComparison.Ordinal);
        Assert.Equal(0, await stopped);
    }

    [Fact]
    public async Task A_stream_that_stays_in_the_middle_of_a_message_does_not_outlast_the_exit_timeout()
    {
        _repository.AddModel("scale", OnnxModels.Scale(2));
        await using var appliance = await StartPatientAsync(2);
        using var connection = await Http2Socket.OpenAsync(appliance.GrpcPort);
        await connection.SendCallAsync(1, BareGrpc.ModelStreamInfer);
        await connection.SendFrameAsync(Http2Socket.Data, 0, 1, new byte[] { 0, 0, 0, 1, 0, 1, 2, 3 });
        await appliance.AssertAliveAsync();
        Assert.Equal(0, await appliance.StopAsync());
    }

    private Task<ApplianceProcess> StartPatientAsync(int exitTimeoutSeconds, params (string Key, string Value)[] settings) =>
        StartAsync([("Transport:ExitTimeoutSeconds", $"{exitTimeoutSeconds}"), .. settings]);

    private static Task AskAsync(Http2Socket connection, ModelInferRequest request) =>
        connection.SendFrameAsync(Http2Socket.Data, 0, 1, BareGrpc.Frame(request.ToByteArray()));

    // Byte by byte: a client library that has an open request may drop the end of its call, which it has got, when the connection closes behind it.
    private static async Task<(List<ModelStreamInferResponse> Answers, string Told)> ReadToEndAsync(Http2Socket connection)
    {
        var (body, told) = (new List<byte>(), "");
        while (await connection.ReadFrameAsync() is { Type: { } type } frame)
        {
            if (frame.Stream != 1) continue;
            if (type == Http2Socket.Headers) told += Encoding.Latin1.GetString(frame.Payload);
            if (type == Http2Socket.Data) body.AddRange(frame.Payload);
        }
        var answers = new List<ModelStreamInferResponse>();
        for (var rest = body.ToArray().AsSpan(); !rest.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
            answers.Add(ModelStreamInferResponse.Parser.ParseFrom(rest.Slice(5, length)));
            rest = rest[(5 + length)..];
        }
        return (answers, told);
    }

    private Task<ApplianceProcess> StartAsync(params (string Key, string Value)[] settings) => ApplianceProcess.StartAsync(new ApplianceSettings
    {
        Repository = _repository.Path,
        Settings = settings.ToDictionary(s => s.Key, s => s.Value),
    });

    private static ModelInferRequest Slow() => InferMessages.Raw("slow", TensorValue.OfFloats(OnnxModels.Input, [1], 1f));

    private static StringContent Body() =>
        new("""{"inputs":[{"name":"INPUT0","datatype":"FP32","shape":[1],"data":[1]}]}""", Encoding.UTF8, "application/json");

    private static async Task<bool> IsReadyAsync(ApplianceProcess appliance) =>
        (await appliance.Inference.ServerReadyAsync(new ServerReadyRequest(), deadline: ApplianceCalls.Deadline)).Ready;

    private static Task InsideAsync(ApplianceProcess appliance, int requests) => Eventually.BecomesTrueAsync(
        async () => (await Metrics.MetricsPage.ReadAsync(appliance)).Value("appliance_requests_inside") == requests,
        TimeSpan.FromSeconds(10), $"{requests} requests are inside");
}
