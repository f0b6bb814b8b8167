using System.Text.Json;
using Appliance.Inference.Tensors;

namespace Appliance.Scoring.Features;

/// <summary>One named score and the place in a row of the graph's outputs that holds it. Immutable.</summary>
public sealed class BoundScore
{
    internal BoundScore(string name, TensorSpec output, int outputSlot, int column)
    {
        Name = name;
        JsonName = JsonNames.Encode(name);
        Datatype = output.Datatype;
        RowElements = (int)output.RowElements;
        OutputSlot = outputSlot;
        Column = column;
    }

    public string Name { get; }

    /// <summary>The name, encoded once for JSON answers.</summary>
    public JsonEncodedText JsonName { get; }

    public Datatype Datatype { get; }

    public string? Description { get; internal init; }

    /// <summary>Bands from high to low; empty when the score has no levels.</summary>
    public ScoreBand[] Bands { get; internal init; } = [];

    /// <summary>Index into the outputs that a bound request asks for.</summary>
    internal int OutputSlot { get; }

    /// <summary>Position within a row of that output.</summary>
    internal int Column { get; }

    /// <summary>Elements in a row of that output.</summary>
    internal int RowElements { get; }

    /// <summary>The band that <paramref name="score"/> falls into; null without bands and for NaN.</summary>
    public ScoreBand? BandOf(double score)
    {
        foreach (var band in Bands)
        {
            if (score >= band.Threshold) return band;
        }
        return null;
    }
}
