using System.Text;
using Appliance.Host.Grpc;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Tests.Grpc;

public sealed class ModelInferServiceTests : IDisposable
{
    private readonly ModelInferRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task ModelInfer_is_answered_without_a_request_of_the_hosts()
    {
        var application = new RecordingApplication();
        _rig.Instance.Open();
        var caller = new FrameCaller(_rig.Service, application: application);
        Assert.Equal(7, (await caller.EndAsync(caller.Call(ModelInferRig.Body()))).Value);
        Assert.Empty(application.Paths);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v2/health/live")]
    [InlineData(ModelStreamInferHandler.Path)]
    [InlineData(ModelInferService.Path + "/")]
    [InlineData(ModelInferService.Path + "2")]
    [InlineData("/inference.GRPCInferenceService/modelinfer")]
    public async Task Every_other_path_goes_to_the_host(string path)
    {
        var application = new RecordingApplication();
        var caller = new FrameCaller(_rig.Service, application: application);
        Assert.False(_rig.Service.Serves(Encoding.ASCII.GetBytes(path)));
        Assert.Equal("299", (await caller.EndAsync(caller.Call(ModelInferRig.Body(), (":path", path)))).HttpStatus);
        Assert.Equal([path], application.Paths);
        Assert.Empty(_rig.Ran);
    }

    [Fact]
    public void Its_path_is_the_protocols() => Assert.True(_rig.Service.Serves(Encoding.ASCII.GetBytes(ModelInferService.Path)));

    [Fact]
    public void Its_calls_lie_in_the_memory_of_requests() => Assert.Same(RequestMemory.Instance, _rig.Service.Memory);
}
