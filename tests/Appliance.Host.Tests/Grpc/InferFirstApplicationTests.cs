using Appliance.Host.Grpc;
using Appliance.Host.Health;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

public sealed class InferFirstApplicationTests : IDisposable
{
    private readonly TestModels _models = new(TimeProvider.System);
    private readonly ScriptedLifetime _lifetime = new();
    private readonly RecordingApplication _host = new();
    private readonly InferFirstApplication<RecordingApplication.Context> _application;

    public InferFirstApplicationTests()
    {
        var stop = new GracefulStop(
            new Readiness(new ScriptedModelLifecycle(), _lifetime), _models.Gate, Options.Create(new HostOptions()), TimeProvider.System);
        _application = new InferFirstApplication<RecordingApplication.Context>(_host, new ModelInferHandler(_models.Pipeline, new GrpcOptions()), stop);
    }

    public void Dispose() => _lifetime.Dispose();

    [Fact]
    public async Task ModelInfer_is_answered_without_a_context_of_the_hosts()
    {
        using var call = new FakeCall();
        await call.SendAsync(FakeCall.Framed(FakeCall.Row(1)));
        await call.Sending.CompleteAsync();
        var context = _application.CreateContext(call.Features);
        await _application.ProcessRequestAsync(context);
        _application.DisposeContext(context, null);
        Assert.Equal("5", call.Status);
        Assert.Equal("Request for unknown model: 'm' is not found", call.Message);
        Assert.Empty(_host.Steps);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v2/health/live")]
    [InlineData(ModelStreamInferHandler.Path)]
    [InlineData(ModelInferHandler.Path + "/")]
    [InlineData(ModelInferHandler.Path + "2")]
    [InlineData("/inference.GRPCInferenceService/modelinfer")]
    public async Task Every_other_path_goes_to_the_host(string path)
    {
        using var call = new FakeCall(path);
        var context = _application.CreateContext(call.Features);
        await _application.ProcessRequestAsync(context);
        _application.DisposeContext(context, null);
        Assert.Equal([$"create {path}", $"process {path}", $"dispose {path}"], _host.Steps);
    }

    [Fact]
    public async Task What_the_host_throws_comes_back_and_is_told_to_its_context()
    {
        var fault = new InvalidOperationException("thrown by the host");
        _host.Fault = fault;
        using var call = new FakeCall("/");
        var context = _application.CreateContext(call.Features);
        Assert.Same(fault, await Assert.ThrowsAsync<InvalidOperationException>(() => _application.ProcessRequestAsync(context)));
        _application.DisposeContext(context, fault);
        Assert.Equal(["create /", "process /", "dispose / thrown by the host"], _host.Steps);
    }

    [Theory]
    [InlineData(ModelInferHandler.Path, "HTTP/1.1", true, "close")]
    [InlineData("/v2/health/live", "HTTP/1.1", true, "close")]
    [InlineData(ModelInferHandler.Path, "HTTP/1.1", false, "")]
    [InlineData("/v2/health/live", "HTTP/2", true, "")]
    public void The_stop_is_told_of_every_request(string path, string protocol, bool signalled, string connection)
    {
        if (signalled) _lifetime.StopApplication();
        using var call = new FakeCall(path);
        call.Request.Protocol = protocol;
        _application.CreateContext(call.Features);
        // What the stop does with a request that it hears of.
        Assert.Equal(connection, call.Response.Headers.Connection.ToString());
    }

    private sealed class RecordingApplication : IHttpApplication<RecordingApplication.Context>
    {
        public List<string> Steps { get; } = [];

        public Exception? Fault { get; set; }

        public Context CreateContext(IFeatureCollection contextFeatures) => Note("create", new Context(contextFeatures.GetRequiredFeature<IHttpRequestFeature>().Path));

        public Task ProcessRequestAsync(Context context)
        {
            Note("process", context);
            return Fault is null ? Task.CompletedTask : Task.FromException(Fault);
        }

        public void DisposeContext(Context context, Exception? exception) => Note("dispose", context, exception);

        private Context Note(string step, Context context, Exception? exception = null)
        {
            Steps.Add($"{step} {context.Path}{(exception is null ? "" : $" {exception.Message}")}");
            return context;
        }

        internal sealed record Context(string Path);
    }
}
