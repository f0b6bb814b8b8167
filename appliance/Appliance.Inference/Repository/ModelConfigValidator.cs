using Appliance.Inference.Repository.Rules;

namespace Appliance.Inference.Repository;

/// <summary>
/// Checks a configuration field by field before anything is loaded: what the appliance does becomes settings, and every other field that is
/// set to something is refused by name, never ignored. Pure, but for asking the context about files.
/// </summary>
public static class ModelConfigValidator
{
    /// <summary>The settings, or every refusal there is.</summary>
    public static RepositoryResult<ModelSettings> Validate(ModelConfigSource source, ModelConfigContext context)
    {
        var config = source.Config;
        var refusals = new ConfigRefusals(source);
        IdentityRules.Check(config, context, refusals);
        var tensors = new TensorRules(config, context, refusals);
        var (instances, kind) = InstanceRules.Check(config, context, refusals);
        var settings = new ModelSettings
        {
            Name = context.ModelName,
            Source = source,
            Config = config.Clone(),
            VersionPolicy = IdentityRules.VersionPolicy(config, refusals),
            ModelFileName = config.DefaultModelFilename is "" ? IdentityRules.DefaultFileName : config.DefaultModelFilename,
            MaxBatchSize = MaxBatchSize(source),
            Inputs = tensors.Inputs(),
            Outputs = tensors.Outputs(),
            InstanceCount = instances,
            InstanceKind = kind,
            GraphOptimization = OptimizationRules.Check(config, context, refusals),
            Ort = ParameterRules.Check(config, refusals),
            Warmups = new WarmupRules(context, refusals).Check(config),
            MetricTags = MetricRules.Tags(config, refusals),
            HistogramBuckets = MetricRules.Buckets(config, refusals),
        };
        settings = SchedulingRules.Apply(config, settings, refusals);
        return refusals.Errors.Count == 0
            ? RepositoryResult<ModelSettings>.Of(settings)
            : RepositoryResult<ModelSettings>.Refused(refusals.Errors);
    }

    /// <summary>
    /// A written 0 is an answer: no batches. Left out, it is the graph's to answer, unless inputs and outputs are both listed: such a
    /// configuration is complete as it stands, and its shapes are those of a model without batches.
    /// </summary>
    private static int? MaxBatchSize(ModelConfigSource source)
    {
        var config = source.Config;
        var complete = config.Input.Count > 0 && config.Output.Count > 0;
        return config.MaxBatchSize != 0 || complete || source.IsSet("max_batch_size") ? config.MaxBatchSize : null;
    }
}
