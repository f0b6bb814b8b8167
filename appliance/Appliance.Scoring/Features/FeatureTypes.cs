using Appliance.Inference.Tensors;

namespace Appliance.Scoring.Features;

/// <summary>Names of each <see cref="FeatureType"/>, and which tensors take it.</summary>
public static class FeatureTypes
{
    private static readonly string[] Names = ["double", "int64", "bool", "string"];

    /// <summary>The manifest's word for the type.</summary>
    public static string Name(this FeatureType type) => Names[(int)type];

    /// <summary>Every word that a manifest may use, for messages.</summary>
    public static string AllNames => string.Join(", ", Names);

    public static bool TryParse(string name, out FeatureType type)
    {
        var at = Array.IndexOf(Names, name);
        type = (FeatureType)Math.Max(at, 0);
        return at >= 0;
    }

    /// <summary>What a value of this type is called in an error message.</summary>
    public static string Noun(this FeatureType type) => type switch
    {
        FeatureType.Double => "a number",
        FeatureType.Int64 => "a whole number",
        FeatureType.Bool => "true or false",
        _ => "a string",
    };

    /// <summary>The type of a feature that only a tensor describes.</summary>
    public static FeatureType Of(Datatype datatype) => datatype switch
    {
        Datatype.Bytes => FeatureType.String,
        Datatype.Bool => FeatureType.Bool,
        Datatype.FP16 or Datatype.BF16 or Datatype.FP32 or Datatype.FP64 => FeatureType.Double,
        _ => FeatureType.Int64,
    };

    /// <summary>
    /// Whether a tensor of <paramref name="datatype"/> takes the type: text goes with text alone, a fraction never into whole numbers,
    /// whole numbers and truth values (0 and 1) into any number.
    /// </summary>
    public static bool Fits(this FeatureType type, Datatype datatype) => type switch
    {
        FeatureType.String => datatype == Datatype.Bytes,
        FeatureType.Double => datatype.IsFloat(),
        FeatureType.Int64 => datatype is not (Datatype.Bytes or Datatype.Bool),
        _ => datatype != Datatype.Bytes,
    };

    /// <summary>Whether the tensor holds floating-point numbers.</summary>
    internal static bool IsFloat(this Datatype datatype) => Of(datatype) == FeatureType.Double;
}
