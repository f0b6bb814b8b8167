namespace Appliance.Scoring.Features;

/// <summary>The kind of value that callers send for a feature.</summary>
public enum FeatureType : byte
{
    Double,
    Int64,
    Bool,
    String,
}
