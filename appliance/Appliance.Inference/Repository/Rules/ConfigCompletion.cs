using Contracts.Inference;

namespace Appliance.Inference.Repository.Rules;

/// <summary>Writes completed settings back into the configuration, so that ModelConfig answers what is in force.</summary>
internal static class ConfigCompletion
{
    public static ModelConfig Fill(ModelSettings settings)
    {
        var config = settings.Config.Clone();
        config.Name = settings.Name;
        config.Platform = IdentityRules.Platform;
        config.Backend = IdentityRules.Backend;
        config.VersionPolicy = settings.VersionPolicy.Clone();
        config.DefaultModelFilename = settings.ModelFileName;
        config.MaxBatchSize = settings.MaxBatchSize ?? 0;
        if (config.Input.Count == 0)
        {
            config.Input.AddRange(settings.Inputs.Select(input => Input(input, config.MaxBatchSize)));
        }
        if (config.Output.Count == 0)
        {
            config.Output.AddRange(settings.Outputs.Select(output => Output(output, config.MaxBatchSize)));
        }
        if (settings.DynamicBatching)
        {
            config.DynamicBatching ??= new ModelDynamicBatching();
        }
        FillInstances(config, settings);
        return config;
    }

    private static ModelInput Input(InputSettings input, int maxBatchSize)
    {
        var written = new ModelInput { Name = input.Name, DataType = input.Datatype, Reshape = Reshape(input.Reshape, maxBatchSize) };
        written.Dims.AddRange(input.Dims ?? []);
        return written;
    }

    private static ModelOutput Output(OutputSettings output, int maxBatchSize)
    {
        var written = new ModelOutput { Name = output.Name, DataType = output.Datatype, Reshape = Reshape(output.Reshape, maxBatchSize) };
        written.Dims.AddRange(output.Dims ?? []);
        return written;
    }

    /// <summary>
    /// Without batches, an empty reshape goes unwritten: other readers of the format take dims [1] alone for a scalar, and refuse the two
    /// together.
    /// </summary>
    private static ModelTensorReshape? Reshape(IReadOnlyList<long>? reshape, int maxBatchSize)
    {
        if (reshape is null || (reshape.Count == 0 && maxBatchSize == 0))
        {
            return null;
        }
        var written = new ModelTensorReshape();
        written.Shape.AddRange(reshape);
        return written;
    }

    private static void FillInstances(ModelConfig config, ModelSettings settings)
    {
        var kind = settings.InstanceKind == InstanceKind.Gpu ? ModelInstanceGroup.Types.Kind.Gpu : ModelInstanceGroup.Types.Kind.Cpu;
        if (config.InstanceGroup is [] or [{ Count: 0 }])
        {
            var name = config.InstanceGroup is [var only] ? only.Name : "";
            config.InstanceGroup.Clear();
            config.InstanceGroup.Add(new ModelInstanceGroup { Name = name, Kind = kind, Count = settings.InstanceCount ?? 1 });
        }
        for (var i = 0; i < config.InstanceGroup.Count; i++)
        {
            var group = config.InstanceGroup[i];
            group.Name = group.Name is "" ? $"{settings.Name}_{i}" : group.Name;
            group.Count = Math.Max(1, group.Count);
            group.Kind = group.Kind == ModelInstanceGroup.Types.Kind.Auto ? kind : group.Kind;
        }
    }
}
