using System.Globalization;
using Appliance.Inference.Tensors;
using Contracts.Inference;
using Google.Protobuf.Reflection;

namespace Appliance.Inference.Repository;

/// <summary>Values of enumerations as a configuration writes them.</summary>
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

    /// <summary>KIND_CPU, KIND_GPU, ...</summary>
    public static string ConfigName(this ModelInstanceGroup.Types.Kind kind) => NameOf(ModelInstanceGroup.Descriptor, "Kind", (int)kind);

    /// <summary>PRIORITY_MAX, ...</summary>
    public static string ConfigName(this ModelOptimizationPolicy.Types.ModelPriority priority) =>
        NameOf(ModelOptimizationPolicy.Descriptor, "ModelPriority", (int)priority);

    private static string NameOf(MessageDescriptor message, string type, int number) =>
        message.EnumTypes.Single(e => e.Name == type).FindValueByNumber(number)?.Name ?? number.ToString(CultureInfo.InvariantCulture);
}
