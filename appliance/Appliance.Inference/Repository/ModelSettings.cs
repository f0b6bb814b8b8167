using Appliance.Inference.Batching.Scheduling;
using Contracts.Inference;

namespace Appliance.Inference.Repository;

/// <summary>
/// What the appliance does for a model: every field of its configuration that is honoured, typed and checked. A field that is not here was
/// refused or left at its default. Immutable, the messages in it included: nobody changes them once they are here.
/// </summary>
public sealed record ModelSettings
{
    public required string Name { get; init; }

    /// <summary>The configuration as it was written, to cite where a later check refuses a field.</summary>
    public required ModelConfigSource Source { get; init; }

    /// <summary>The configuration that ModelConfig answers: as written, and completed once the graph is known.</summary>
    public required ModelConfig Config { get; init; }

    /// <summary>Never without a choice; latest 1 where the configuration names none.</summary>
    public required ModelVersionPolicy VersionPolicy { get; init; }

    /// <summary>The file, or the folder with a <c>model.onnx</c> in it, that a version folder holds.</summary>
    public required string ModelFileName { get; init; }

    /// <summary>Rows in one inference call at most, 0 where the model takes no batches; null until the graph decides.</summary>
    public int? MaxBatchSize { get; init; }

    /// <summary>Empty until the graph completes them where the configuration lists none.</summary>
    public IReadOnlyList<InputSettings> Inputs { get; init; } = [];

    /// <inheritdoc cref="Inputs"/>
    public IReadOnlyList<OutputSettings> Outputs { get; init; } = [];

    /// <summary>Instances of all groups together; null where the appliance's own default applies.</summary>
    public int? InstanceCount { get; init; }

    public InstanceKind InstanceKind { get; init; }

    /// <summary>True where requests may share an inference call.</summary>
    public bool DynamicBatching { get; init; }

    /// <summary>How requests queue and meet in batches, its sizes left to <see cref="MaxBatchSize"/>; null where nothing of the kind is asked for.</summary>
    public ScheduleSettings? Schedule { get; init; }

    /// <summary>Whether the configuration says how requests queue: then they do so as it says and no other way.</summary>
    public bool HasQueuePolicy { get; init; }

    /// <summary>Requests that may wait at once; null where the appliance's own limit applies.</summary>
    public int? QueueLimit { get; init; }

    /// <summary>How long a request may wait before it is rejected; null where it may wait until its own deadline.</summary>
    public TimeSpan? DefaultTimeout { get; init; }

    /// <summary>True where a request's timeout parameter replaces <see cref="DefaultTimeout"/>.</summary>
    public bool AllowTimeoutOverride { get; init; }

    public GraphOptimization GraphOptimization { get; init; }

    public OrtParameters Ort { get; init; } = new();

    public IReadOnlyList<WarmupSettings> Warmups { get; init; } = [];

    /// <summary>Labels that the model's metrics carry besides their own.</summary>
    public IReadOnlyDictionary<string, string> MetricTags { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Upper bounds, ascending and without infinity, of the histograms whose buckets the model sets itself, by metric name.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> HistogramBuckets { get; init; } =
        new Dictionary<string, IReadOnlyList<double>>();
}
