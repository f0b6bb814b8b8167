using System.Text;
using System.Text.Json;
using Appliance.Inference.Tensors;

namespace Appliance.Scoring.Features;

/// <summary>One named feature and the place in a row of the graph's inputs that takes its value. Immutable once its binding is made.</summary>
public sealed class BoundFeature
{
    internal BoundFeature(string name, FeatureType type, TensorSpec input, int inputIndex, int column)
    {
        Name = name;
        Utf8Name = Encoding.UTF8.GetBytes(name);
        Type = type;
        Datatype = input.Datatype;
        Range = ValueRange.Of(input.Datatype);
        InputIndex = inputIndex;
        Column = column;
    }

    public string Name { get; }
    public byte[] Utf8Name { get; }
    public FeatureType Type { get; }

    /// <summary>The element type of the tensor that takes the value.</summary>
    public Datatype Datatype { get; }

    /// <summary>Index into the signature's inputs.</summary>
    public int InputIndex { get; }

    /// <summary>Position within a row of that input.</summary>
    public int Column { get; }

    /// <summary>Whether a caller must send it: it has no default.</summary>
    public bool Required => Default is null;

    /// <summary>Taken when a caller leaves it out. JSON null is NaN.</summary>
    public JsonElement? Default { get; private set; }

    public string? Description { get; internal init; }

    /// <summary>What the tensor can hold.</summary>
    internal ValueRange Range { get; }

    /// <summary>The default as <see cref="FeatureRowWriter"/> keeps values.</summary>
    internal long DefaultCell { get; private set; }

    /// <summary>The default of a text feature, UTF-8.</summary>
    internal byte[] DefaultText { get; private set; } = [];

    /// <summary>What a value must be that was refused so.</summary>
    internal string RuleOf(CellOutcome outcome) => outcome == CellOutcome.OutOfRange ? Range.ToString() : Type.Noun();

    /// <summary>Takes a manifest's default; only while the binding is made.</summary>
    internal CellOutcome SetDefault(JsonElement value)
    {
        var outcome = FeatureCell.FromJson(this, value, out var cell);
        if (outcome != CellOutcome.Ok) return outcome;
        Default = value.Clone();
        DefaultCell = cell;
        if (Type == FeatureType.String) DefaultText = Encoding.UTF8.GetBytes(value.GetString()!);
        return outcome;
    }
}
