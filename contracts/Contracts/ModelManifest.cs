using System.Text.Json;
using System.Text.Json.Serialization;

namespace Contracts;

/// <summary>
/// What a version folder says of itself in <c>manifest.json</c>: the business names around the graph, the checksums of its files,
/// and rows whose answers must come out the same wherever the version is loaded. Written by the trainer, optional for others.
/// </summary>
public sealed class ModelManifest
{
    /// <summary>The file's name inside a version folder.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The only format version there is.</summary>
    public int FormatVersion { get; set; } = 1;

    public string Model { get; set; } = "";
    public long Version { get; set; }
    public string? Description { get; set; }

    /// <summary>Business inputs in the order that documents and clients list them.</summary>
    public List<ManifestFeature> Features { get; set; } = [];

    /// <summary>The feature service that the version was trained on; absent where callers send every feature.</summary>
    public ManifestFeatureService? FeatureService { get; set; }

    /// <summary>Business outputs. The first one with levels gives a row its <c>level</c>.</summary>
    public List<ManifestOutput> Outputs { get; set; } = [];

    /// <summary>Every file of the version folder except the manifest itself.</summary>
    public List<ManifestFile> Files { get; set; } = [];

    public GoldenRows? GoldenRows { get; set; }

    /// <summary>Held-out quality, by the metric's usual name: auc, pr_auc, f1, ...</summary>
    public Dictionary<string, double> Metrics { get; set; } = [];

    public ModelOrigin? Origin { get; set; }
}

/// <summary>One business input and where it goes in the graph.</summary>
public sealed class ManifestFeature
{
    public string Name { get; set; } = "";

    /// <summary>double, int64, bool or string: the JSON kind that callers send.</summary>
    public string Type { get; set; } = "double";

    /// <summary>The graph input that takes the value.</summary>
    public string Input { get; set; } = "";

    /// <summary>The position within a row of that input; 0 where the input holds one value a row.</summary>
    public int Column { get; set; }

    /// <summary>
    /// Taken when a caller leaves the feature out; absent means that leaving it out is an error. JSON null is NaN for a double.
    /// </summary>
    [JsonConverter(typeof(JsonNullKeepingConverter))]
    public JsonElement? Default { get; set; }

    /// <summary>The feature of the service that fills it, as <c>view:feature</c>; absent: the service's feature of the same name, if it has one.</summary>
    public string? Reference { get; set; }

    public string? Description { get; set; }
}

/// <summary>A version of a feature service. What it names never changes, so the model is served by what it was trained on.</summary>
public sealed class ManifestFeatureService
{
    public string Name { get; set; } = "";

    /// <summary>From 1.</summary>
    public int Version { get; set; }
}

/// <summary>One business output and where it comes from in the graph.</summary>
public sealed class ManifestOutput
{
    public string Name { get; set; } = "";
    public string Output { get; set; } = "";
    public int Column { get; set; }

    /// <summary>Bands from high to low; the first whose <see cref="LevelBand.Min"/> the score reaches names the level.</summary>
    public List<LevelBand> Levels { get; set; } = [];

    public string? Description { get; set; }
}

/// <summary>A named band of a score.</summary>
public sealed class LevelBand
{
    public string Name { get; set; } = "";

    /// <summary>The smallest score in the band, inclusive; absent in the last band, which takes the rest.</summary>
    public double? Min { get; set; }
}

/// <summary>A file of the version folder and its checksum.</summary>
public sealed class ManifestFile
{
    /// <summary>Relative to the version folder, with forward slashes, never leaving it.</summary>
    public string Path { get; set; } = "";

    /// <summary>SHA-256, lower-case hexadecimal.</summary>
    public string Sha256 { get; set; } = "";

    public long Bytes { get; set; }
}

/// <summary>Inputs with the outputs that the version gave where it was exported.</summary>
public sealed class GoldenRows
{
    /// <summary>Largest difference |a - b| / max(1, |b|) that passes, per element.</summary>
    public double Tolerance { get; set; } = 1e-5;

    public List<GoldenTensor> Inputs { get; set; } = [];
    public List<GoldenTensor> Outputs { get; set; } = [];
}

/// <summary>A tensor in the Open Inference Protocol's JSON form, with flat data.</summary>
public sealed class GoldenTensor
{
    public string Name { get; set; } = "";

    /// <summary>A datatype of the protocol: FP32, INT64, BYTES, ...</summary>
    public string Datatype { get; set; } = "";

    public List<long> Shape { get; set; } = [];

    /// <summary>A flat array of numbers, booleans or strings; a non-finite float is the string NaN, Infinity or -Infinity.</summary>
    public JsonElement Data { get; set; }
}

/// <summary>Where a version comes from, enough to make it again.</summary>
public sealed class ModelOrigin
{
    public string Producer { get; set; } = "";
    public string? Commit { get; set; }
    public string? Dataset { get; set; }
    public string? DatasetSha256 { get; set; }
    public long? TrainingRows { get; set; }
    public long? Seed { get; set; }
    public DateTimeOffset? TrainedAt { get; set; }
    public Dictionary<string, string> Parameters { get; set; } = [];
}
