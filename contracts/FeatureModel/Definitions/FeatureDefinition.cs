using System.Text.Json;

namespace FeatureModel.Definitions;

/// <summary>One feature of a view.</summary>
public sealed class FeatureDefinition
{
    public string Name { get; set; } = "";

    /// <summary>A name of <see cref="Values.FeatureDataTypes"/>.</summary>
    public string Type { get; set; } = "";

    /// <summary>The value that scoring takes where the store has none. Absent: a model's own default, or an error.</summary>
    public JsonElement? Default { get; set; }

    /// <summary>For a stream view: how the value is made of events.</summary>
    public AggregateDefinition? Aggregate { get; set; }

    /// <summary>For an on-demand view: how the value is made of others; the language is in docs/features/expressions.md.</summary>
    public string? Expression { get; set; }

    /// <summary>Length of an embedding's vector; 0 where lists may have any length.</summary>
    public int Dimension { get; set; }

    /// <summary><c>none</c>, <c>quasi</c> (identifies with others), <c>personal</c> or <c>sensitive</c>.</summary>
    public string Pii { get; set; } = "none";

    public string? Description { get; set; }
    public string? Owner { get; set; }
    public Dictionary<string, string> Tags { get; set; } = [];
}
