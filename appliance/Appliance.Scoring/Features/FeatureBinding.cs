// Hot path: feature names are resolved here.
using System.Diagnostics.CodeAnalysis;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using Contracts;

namespace Appliance.Scoring.Features;

/// <summary>
/// The business names around one model version's graph: which feature goes into which input and column, which output is which score.
/// Compiled once per version from its manifest and signature; immutable.
/// </summary>
public sealed class FeatureBinding
{
    // Positions of the features in the order of their UTF-8 names, for those that do not come in the manifest's order.
    private readonly int[] _byName;

    internal FeatureBinding(
        BoundFeature[] features, BoundInput[] inputs, BoundScore[] scores, TensorSpec[] outputs, int maxRows, string? description)
    {
        Features = features;
        Inputs = inputs;
        Scores = scores;
        Outputs = outputs;
        MaxRows = maxRows;
        Description = description;
        LevelScore = Array.FindIndex(scores, s => s.Bands.Length > 0);
        _byName = [.. Enumerable.Range(0, features.Length)];
        Array.Sort(_byName, (a, b) => features[a].Utf8Name.AsSpan().SequenceCompareTo(features[b].Utf8Name));
    }

    internal FeatureBinding(string refusal)
        : this([], [], [], [], 0, null) => Refusal = refusal;

    /// <summary>Why this version cannot be scored by name; null when it can.</summary>
    public string? Refusal { get; }

    /// <summary>In the order that documents and clients list them.</summary>
    public BoundFeature[] Features { get; }

    public BoundScore[] Scores { get; }

    /// <summary>The score that gives a row its level; -1 for none.</summary>
    public int LevelScore { get; }

    /// <summary>Rows in one request at most.</summary>
    public int MaxRows { get; }

    public string? Description { get; }

    /// <summary>The inputs that features fill.</summary>
    internal BoundInput[] Inputs { get; }

    /// <summary>The outputs that scores are read from, in the order in which a request asks for them.</summary>
    internal TensorSpec[] Outputs { get; }

    /// <summary>
    /// Compiles a version's binding. False only when the manifest contradicts the signature or itself: such a version must not be served.
    /// A version without named features whose tensors cannot be named one by one still gets a binding, with a <see cref="Refusal"/>.
    /// </summary>
    public static bool TryCreate(
        ModelManifest? manifest, ModelSignature signature, [NotNullWhen(true)] out FeatureBinding? binding, out IReadOnlyList<string> errors) =>
        new FeatureBindingBuilder(manifest, signature).TryBuild(out binding, out errors);

    /// <summary>The binding of a version, compiled at its first use.</summary>
    public static FeatureBinding Of(ServingModel model) => (FeatureBinding?)model.FeatureBinding ?? Compile(model);

    /// <summary>The feature's index, or -1. <paramref name="guess"/> is tried first: clients send features in the manifest's order.</summary>
    public int Find(ReadOnlySpan<byte> utf8Name, int guess)
    {
        if ((uint)guess < (uint)Features.Length && utf8Name.SequenceEqual(Features[guess].Utf8Name)) return guess;
        var (low, high) = (0, _byName.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = utf8Name.SequenceCompareTo(Features[_byName[middle]].Utf8Name);
            if (order == 0) return _byName[middle];
            if (order < 0) high = middle - 1;
            else low = middle + 1;
        }
        return -1;
    }

    private static FeatureBinding Compile(ServingModel model)
    {
        if (!TryCreate(model.Manifest, model.Signature, out var binding, out var errors))
        {
            binding = new FeatureBinding(string.Join("; ", errors));
        }
        model.FeatureBinding = binding;
        return binding;
    }
}
