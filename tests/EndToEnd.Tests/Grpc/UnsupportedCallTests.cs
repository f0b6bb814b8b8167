using Contracts.Inference;
using EndToEnd.Tests.Processes;
using Grpc.Core;

namespace EndToEnd.Tests.Grpc;

/// <summary>Calls of the protocol's extensions that this server does not have say so with UNIMPLEMENTED.</summary>
public sealed class UnsupportedCallTests(SharedAppliance shared)
{
    public static TheoryData<string> Calls => new(ByName.Keys);

    private static readonly Dictionary<string, Func<GRPCInferenceService.GRPCInferenceServiceClient, Task>> ByName = new()
    {
        ["SystemSharedMemoryStatus"] = async c => await c.SystemSharedMemoryStatusAsync(new(), deadline: ApplianceCalls.Deadline),
        ["SystemSharedMemoryRegister"] = async c => await c.SystemSharedMemoryRegisterAsync(new() { Name = "r", Key = "/r", ByteSize = 1 }, deadline: ApplianceCalls.Deadline),
        ["SystemSharedMemoryUnregister"] = async c => await c.SystemSharedMemoryUnregisterAsync(new(), deadline: ApplianceCalls.Deadline),
        ["CudaSharedMemoryStatus"] = async c => await c.CudaSharedMemoryStatusAsync(new(), deadline: ApplianceCalls.Deadline),
        ["CudaSharedMemoryRegister"] = async c => await c.CudaSharedMemoryRegisterAsync(new() { Name = "r", ByteSize = 1 }, deadline: ApplianceCalls.Deadline),
        ["CudaSharedMemoryUnregister"] = async c => await c.CudaSharedMemoryUnregisterAsync(new(), deadline: ApplianceCalls.Deadline),
        ["TraceSetting"] = async c => await c.TraceSettingAsync(new(), deadline: ApplianceCalls.Deadline),
        ["LogSettings"] = async c => await c.LogSettingsAsync(new(), deadline: ApplianceCalls.Deadline),
    };

    [Theory, MemberData(nameof(Calls))]
    public async Task Is_unimplemented(string call)
    {
        var appliance = await shared.StartedAsync();
        var refusal = await ApplianceCalls.RefusalAsync(() => ByName[call](appliance.Inference));
        Assert.Equal(StatusCode.Unimplemented, refusal.StatusCode);
    }
}
