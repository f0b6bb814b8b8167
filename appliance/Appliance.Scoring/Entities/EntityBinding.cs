// Hot path: join keys are resolved here.
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Appliance.Features.Reading;
using Contracts;
using FeatureModel.Values;

namespace Appliance.Scoring.Entities;

/// <summary>
/// The feature service that a model version names, as the catalog serves it at one revision: what to read for an entity, and which of it fills which
/// feature of the model. Immutable; another is made when the catalog changes.
/// </summary>
public sealed class EntityBinding
{
    private readonly byte[][] _keyNames;
    private readonly StoredFeature?[] _features;

    // By output of the plan.
    private readonly int[][] _reads = [];
    private readonly FeatureValue[] _defaults = [];
    private readonly int[] _filled = [];

    internal EntityBinding(ManifestFeatureService service, long revision, FeatureReadPlan plan, StoredFeature?[] features, int[][] reads)
    {
        (Service, Version, Revision, Plan, _features, _reads) = (service.Name, service.Version, revision, plan, features, reads);
        _defaults = [.. plan.Outputs.Select(o => Array.Find(plan.Views, v => v.Name == o.View)?.Features[o.Feature].Default ?? FeatureValue.Null)];
        _filled = [.. plan.Outputs.Select((_, output) => Array.FindIndex(features, f => f?.Output == output))];
        _keyNames = [.. plan.Required.Select(k => Encoding.UTF8.GetBytes(k.Name))];
        TakesUserId = Keys.Length == 1 && Keys[0].Type is FeatureDataType.Int64 or FeatureDataType.Int32 or FeatureDataType.String
            && plan.ViewReads.Any(r => r.KeyColumns.Length == 1);
    }

    internal EntityBinding(ManifestFeatureService service, long revision, string problem)
    {
        (Service, Version, Revision, Problem, _features, _keyNames) = (service.Name, service.Version, revision, problem, [], []);
    }

    /// <summary>Name of the feature service.</summary>
    public string Service { get; }

    /// <summary>Its version.</summary>
    public int Version { get; }

    /// <summary>The catalog's revision that this was made of.</summary>
    public long Revision { get; }

    /// <summary>Why the service cannot be read for this model; null where it can.</summary>
    public string? Problem { get; }

    /// <summary>Whether the appliance serves no features at all, so that nothing can be asked of it by accident.</summary>
    public bool Off { get; internal init; }

    /// <summary>Where the values of its reads are counted; set before anybody has the binding, where it can be read.</summary>
    internal PlanCounters? Counters { get; set; }

    /// <summary>What to read; null where there is a <see cref="Problem"/>.</summary>
    public FeatureReadPlan? Plan { get; }

    /// <summary>What an entity consists of: join keys, and inputs that come with the request.</summary>
    public RequiredColumn[] Keys => Plan?.Required ?? [];

    /// <summary>Whether one join key is all that is needed, so that a request's userId can stand for it.</summary>
    public bool TakesUserId { get; }

    /// <summary>Whether there is something to read.</summary>
    [MemberNotNullWhen(true, nameof(Plan))]
    public bool IsReadable => Problem is null;

    /// <summary>The feature of the service, as view:feature, that fills the model's feature at that index; null where none does.</summary>
    public string? ReferenceOf(int feature) => Stored(feature)?.Reference;

    /// <summary>The key's index, or -1. <paramref name="guess"/> is tried first.</summary>
    public int FindKey(ReadOnlySpan<byte> utf8Name, int guess)
    {
        if ((uint)guess < (uint)_keyNames.Length && utf8Name.SequenceEqual(_keyNames[guess])) return guess;
        for (var i = 0; i < _keyNames.Length; i++)
        {
            if (utf8Name.SequenceEqual(_keyNames[i])) return i;
        }
        return -1;
    }

    /// <summary>What fills the model's feature at that index.</summary>
    internal StoredFeature? Stored(int feature) => feature < _features.Length ? _features[feature] : null;

    /// <summary>What a draw is compared with that decides whether a row of the model is kept; 0 where none is.</summary>
    internal ulong SampleThreshold { get; set; }

    /// <summary>The view reads that an output of the plan rests on.</summary>
    internal int[] ReadsOf(int output) => _reads[output];

    /// <summary>The default of an output's definition; null for none.</summary>
    internal FeatureValue DefaultOf(int output) => _defaults[output];

    /// <summary>The feature of the model that an output fills; -1 where it fills none.</summary>
    internal int FeatureOf(int output) => _filled[output];
}
