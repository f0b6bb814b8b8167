using Contracts.Inference;

namespace Appliance.Inference.Repository.Rules;

/// <summary>How many instances run and on which device; the placement of single instances is not honoured.</summary>
internal static class InstanceRules
{
    /// <summary>Instances of one model at most; far more than any machine here has cores to run at once.</summary>
    public const int MostInstances = 64;

    /// <summary>Answers the instances of all groups together, null where no group says, and the device that all of them name.</summary>
    public static (int? Count, InstanceKind Kind) Check(ModelConfig config, ModelConfigContext context, ConfigRefusals refusals)
    {
        long total = 0;
        // Left open, a model runs where this build is made to run it.
        var kind = context.CudaBuild ? InstanceKind.Gpu : InstanceKind.Cpu;
        for (var i = 0; i < config.InstanceGroup.Count; i++)
        {
            var (group, field) = (config.InstanceGroup[i], $"instance_group[{i}]");
            // Beside other groups, one without a count is one instance.
            refusals.Require(group.Count is >= 0 and <= MostInstances, $"{field}.count", group.Count, $"it must be 1 to {MostInstances}");
            total += group.Count == 0 ? 1 : group.Count;
            var groupKind = Kind(group, field, context, refusals);
            refusals.Require(i == 0 || groupKind == kind, $"{field}.kind", group.Kind.ConfigName(),
                "all groups of a model must run on the same kind of device");
            kind = groupKind;
            CheckPlacement(group, field, refusals);
        }
        if (config.InstanceGroup is [] or [{ Count: 0 }])
        {
            return (null, kind);
        }
        if (config.InstanceGroup.Count > 1)
        {
            refusals.Require(total <= MostInstances, "instance_group", total,
                $"all groups together may have at most {MostInstances} instances");
        }
        return ((int)Math.Clamp(total, 1, MostInstances), kind);
    }

    private static InstanceKind Kind(ModelInstanceGroup group, string field, ModelConfigContext context, ConfigRefusals refusals)
    {
        if (group.Kind is ModelInstanceGroup.Types.Kind.Auto or ModelInstanceGroup.Types.Kind.Model)
        {
            return context.CudaBuild ? InstanceKind.Gpu : InstanceKind.Cpu;
        }
        if (group.Kind == ModelInstanceGroup.Types.Kind.Cpu)
        {
            return InstanceKind.Cpu;
        }
        refusals.Require(context.CudaBuild, $"{field}.kind", "KIND_GPU",
            "this build has no GPU support; publish with -p:Accelerator=cuda and install the NVIDIA driver and CUDA, or write KIND_CPU");
        return InstanceKind.Gpu;
    }

    private static void CheckPlacement(ModelInstanceGroup group, string field, ConfigRefusals refusals)
    {
        refusals.Require(group.Gpus.Count == 0, $"{field}.gpus", group.Gpus, "single devices cannot be chosen; leave it out");
        refusals.Require(group.Profile.Count == 0, $"{field}.profile", group.Profile, "optimization profiles belong to TensorRT models");
        refusals.Require(group.RateLimiter is null || group.RateLimiter.Equals(new ModelRateLimiter()), $"{field}.rate_limiter",
            "a rate limiter between models comes in a later release; remove it");
        refusals.Require(!group.Passive, $"{field}.passive", true, "a passive instance would never be given a request");
        refusals.Require(group.SecondaryDevices.Count == 0, $"{field}.secondary_devices",
            "secondary devices are not available");
        refusals.Require(group.HostPolicy.Length == 0, $"{field}.host_policy", group.HostPolicy,
            "host policies are not available; pin the process to cores instead");
    }
}
