using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Triton;

/// <summary>What Triton's own tests ask a server again and again.</summary>
internal static class TritonCalls
{
    public const string AllVersions = "version_policy { all { } }";

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<bool> IsServerReadyAsync(this ApplianceProcess appliance) =>
        (await appliance.Inference.ServerReadyAsync(new ServerReadyRequest(), deadline: ApplianceCalls.Deadline)).Ready;

    public static async Task<bool> IsModelReadyAsync(this ApplianceProcess appliance, string model, string version = "") =>
        (await appliance.Inference.ModelReadyAsync(new ModelReadyRequest { Name = model, Version = version }, deadline: ApplianceCalls.Deadline)).Ready;

    public static Task BecomesReadyAsync(this ApplianceProcess appliance, string model, params string[] versions) => Eventually.BecomesTrueAsync(
        async () => (await appliance.ReadyVersionsAsync(model)).SequenceEqual(versions), Limit, $"of {model} the versions [{string.Join(' ', versions)}] are ready");

    public static async Task<ModelConfig> ConfigAsync(this ApplianceProcess appliance, string model) =>
        (await appliance.Inference.ModelConfigAsync(new ModelConfigRequest { Name = model }, deadline: ApplianceCalls.Deadline)).Config;

    public static Task<ApplianceProcess> StartAsync(this TemporaryRepository repository, string mode, params string[] flags) => ApplianceProcess.StartAsync(
        new ApplianceSettings { Repository = repository.Path, ControlMode = mode, Flags = [.. flags] });

    /// <summary>Starts a process that may never be ready.</summary>
    public static Task<ApplianceProcess> StartUnreadyAsync(this TemporaryRepository repository, string mode, params string[] flags) => ApplianceProcess.StartAsync(
        new ApplianceSettings { Repository = repository.Path, ControlMode = mode, Flags = [.. flags], WaitsForModels = false });
}
