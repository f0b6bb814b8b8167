namespace Appliance.Host.Profiles;

/// <summary>Every number that a hardware profile has. <c>hardware-profiles/profile.schema.json</c> says the same; a test compares the two.</summary>
internal static class ProfileFields
{
    public const string ProvidersSetting = "Models:ExecutionProviders";

    public static ProfileField Cores { get; } = new("cores", "Models:RunThreads", 1, 1024);
    public static ProfileField IntraOp { get; } = new("threads.intraOp", "Models:IntraOpThreads", 1, 256);
    public static ProfileField Instances { get; } = new("threads.instances", "Models:DefaultInstances", 1, 64);
    public static ProfileField Load { get; } = new("threads.load", "Models:LoadThreads", 1, 256);
    public static ProfileField ProcessMegabytes { get; } = new("memory.processMegabytes", "Models:MemoryLimitMegabytes", 512, 16_777_216, IsRequired: false);
    public static ProfileField AcceleratorMegabytes { get; } = new("memory.acceleratorMegabytes", "Models:AcceleratorMemoryMegabytes", 256, 1_048_576, IsRequired: false);
    public static ProfileField FeatureStoreMegabytes { get; } = new("memory.featureStoreMegabytes", "Features:Store:MemoryBytes", 64, 1_048_576, Unit: 1 << 20);
    public static ProfileField MaxRows { get; } = new("batch.maxRows", "Models:DefaultMaxBatchSize", 1, 4096);
    public static ProfileField MaxRequests { get; } = new("queue.maxRequests", "Models:DefaultMaxQueueSize", 1, 1_000_000);
    public static ProfileField MaxConcurrentRequests { get; } = new("queue.maxConcurrentRequests", "Scoring:MaxConcurrentRequests", 1, 1_000_000);

    public static IReadOnlyList<ProfileField> All { get; } =
        [Cores, IntraOp, Instances, Load, ProcessMegabytes, AcceleratorMegabytes, FeatureStoreMegabytes, MaxRows, MaxRequests, MaxConcurrentRequests];
}
