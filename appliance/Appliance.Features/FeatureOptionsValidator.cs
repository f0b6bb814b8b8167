using Appliance.Features.Ingest.Kafka;
using Appliance.Features.Journal;
using Appliance.Features.Store;
using Microsoft.Extensions.Options;

namespace Appliance.Features;

/// <summary>Names every setting of the features that cannot work, with its value and the rule.</summary>
public sealed class FeatureOptionsValidator : IValidateOptions<FeatureOptions>
{
    public ValidateOptionsResult Validate(string? name, FeatureOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        Require(errors, options.MaxEntities is >= 1 and <= 1_000_000, nameof(options.MaxEntities), options.MaxEntities, "must be 1 to 1000000");
        Require(errors, options.DeadLetterFileBytes >= 4096, nameof(options.DeadLetterFileBytes), options.DeadLetterFileBytes, "must be at least 4096");
        Require(errors, options.DeadLetterFiles is >= 1 and <= 10_000, nameof(options.DeadLetterFiles), options.DeadLetterFiles, "must be 1 to 10000");
        Require(errors, options.Ingest.MaxClockSkew >= TimeSpan.Zero, "Ingest:MaxClockSkew", options.Ingest.MaxClockSkew, "must not be negative");
        Require(errors, options.Ingest.CheckpointInterval > TimeSpan.Zero, "Ingest:CheckpointInterval", options.Ingest.CheckpointInterval, "must be positive");
        Require(errors, options.Ingest.CheckpointEvents >= 1, "Ingest:CheckpointEvents", options.Ingest.CheckpointEvents, "must be at least 1");
        Require(errors, options.Backfill.MaxIds is >= 1 and <= 500_000_000, "Backfill:MaxIds", options.Backfill.MaxIds, "must be 1 to 500000000");
        Require(errors, options.Backfill.StartPatience > TimeSpan.Zero, "Backfill:StartPatience", options.Backfill.StartPatience, "must be positive");
        Require(errors, options.Sampling.Rate is >= 0 and <= 1, "Sampling:Rate", options.Sampling.Rate, "must be 0 to 1");
        foreach (var (model, rate) in options.Sampling.Models) Require(errors, rate is >= 0 and <= 1, $"Sampling:Models:{model}", rate, "must be 0 to 1");
        Require(errors, options.Sampling.QueueSamples is >= 1 and <= 1_000_000, "Sampling:QueueSamples", options.Sampling.QueueSamples, "must be 1 to 1000000");
        foreach (var error in StoreGeometry.Errors(options.Store)) errors.AddError($"{error}.");
        errors.AddResult(new KafkaOptionsValidator().Validate(null, options.Kafka));
        errors.AddResult(new JournalOptionsValidator().Validate(null, options.Journal));
        return errors.Build();
    }

    private static void Require(ValidateOptionsResultBuilder errors, bool holds, string key, object value, string rule)
    {
        if (!holds) errors.AddError($"{FeatureOptions.Section}:{key} is '{value}'; it {rule}.");
    }
}
