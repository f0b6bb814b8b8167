using Appliance.Inference.Tensors;
using Contracts.Inference;

namespace Appliance.Inference.Repository;

/// <summary>The element types as a configuration writes them.</summary>
internal static class ConfigNames
{
    /// <summary>TYPE_FP32, TYPE_STRING, ...</summary>
    public static string ConfigName(this DataType type) => type switch
    {
        DataType.TypeInvalid => "TYPE_INVALID",
        // The one type that the two call differently.
        DataType.TypeString => "TYPE_STRING",
        _ => "TYPE_" + Datatypes.FromConfig(type).Name(),
    };
}
