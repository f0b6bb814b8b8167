using System.Text.Json;

namespace Trainer.Pipelines;

/// <summary>
/// What a pipeline file says: where the rows come from, what is predicted from what, and how. Read once, never changed after.
/// </summary>
internal sealed class PipelineDefinition
{
    /// <summary>The model's name in the repository.</summary>
    public string Name { get; set; } = "";
    public string Description { get; set; } = "";

    /// <summary>
    /// The feature service that fills the features where the model is served; absent where callers send them all. Their definitions must be
    /// those of the service.
    /// </summary>
    public Contracts.ManifestFeatureService? FeatureService { get; set; }
    public PipelineTable Table { get; set; } = new();

    /// <summary>Absent where no feature is an aggregate.</summary>
    public PipelineEvents? Events { get; set; }
    public PipelineLabel Label { get; set; } = new();
    public List<PipelineFeature> Features { get; set; } = [];
    public PipelineSplit Split { get; set; } = new();
    public PipelineLearner Learner { get; set; } = new();
    public PipelineOutput Output { get; set; } = new();
    public PipelineServing Serving { get; set; } = new();
}

/// <summary>The file with one row for each example.</summary>
internal sealed class PipelineTable
{
    /// <summary>Relative to the samples folder.</summary>
    public string File { get; set; } = "";

    /// <summary>The column that events refer to; needed with events only.</summary>
    public string? Key { get; set; }

    /// <summary>Texts that stand for a missing value.</summary>
    public List<string> Missing { get; set; } = [""];
}

/// <summary>A file of timed events about the table's keys; those in [AsOf - WindowDays, AsOf) are aggregated.</summary>
internal sealed class PipelineEvents
{
    public string File { get; set; } = "";
    public string Key { get; set; } = "";
    public string Time { get; set; } = "";

    /// <summary>The column that names the kind of event.</summary>
    public string Kind { get; set; } = "";
    public DateTimeOffset AsOf { get; set; }
    public int WindowDays { get; set; }
}

/// <summary>A two-valued label.</summary>
internal sealed class PipelineLabel
{
    public string Column { get; set; } = "";
    public string Positive { get; set; } = "";
    public string Negative { get; set; } = "";
}

/// <summary>One business input: a column of the table or an aggregate of the events.</summary>
internal sealed class PipelineFeature
{
    public string Name { get; set; } = "";

    /// <summary>number or category.</summary>
    public string Kind { get; set; } = NumberKind;
    public string Description { get; set; } = "";

    /// <summary>The table's column; the feature's name where absent.</summary>
    public string? Column { get; set; }
    public PipelineAggregate? Aggregate { get; set; }

    /// <summary>Whether rows and callers may leave the value out.</summary>
    public bool Optional { get; set; }

    /// <summary>increasing or decreasing: the score may follow a number only that way; absent for no constraint.</summary>
    public string? Monotone { get; set; }

    public const string NumberKind = "number";
    public const string CategoryKind = "category";
    public const string Increasing = "increasing";
    public const string Decreasing = "decreasing";
}

/// <summary>
/// p = sum over a key's events in the window of weight[kind] x (Column's value, or 1 without Column). The feature is p,
/// or p / (p + HalfPoint) where a half point is given: a score from 0 towards 1 that is 0.5 at the half point.
/// </summary>
internal sealed class PipelineAggregate
{
    public Dictionary<string, double> Weights { get; set; } = [];
    public string? Column { get; set; }
    public double? HalfPoint { get; set; }
}

/// <summary>Shares of the rows; the rest is trained on. The seed is part of the definition so that what is held out never moves.</summary>
internal sealed class PipelineSplit
{
    public long Seed { get; set; }
    public double Validation { get; set; } = 0.2;
    public double HeldOut { get; set; } = 0.2;
}

/// <summary>
/// Boosted trees: rounds at most, early stopping on the validation part, and the library's own parameters by their own names.
/// </summary>
internal sealed class PipelineLearner
{
    public int Seed { get; set; }
    public int Rounds { get; set; }
    public int EarlyStoppingRounds { get; set; }
    public Dictionary<string, JsonElement> Parameters { get; set; } = [];
}

/// <summary>The business output and its bands from high to low.</summary>
internal sealed class PipelineOutput
{
    public string Name { get; set; } = "";
    public string Description { get; set; } = "";
    public List<Contracts.LevelBand> Levels { get; set; } = [];
}

/// <summary>What goes into the model's config.pbtxt where it has none yet.</summary>
internal sealed class PipelineServing
{
    /// <summary>
    /// Rows in one inference call. 128: a row of a tree ensemble gets no cheaper from 32 rows on; the rest is room for bursts.
    /// </summary>
    public int MaxBatchSize { get; set; } = 128;
}
