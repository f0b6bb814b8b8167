using System.Text.Json;
using Appliance.Inference.Tensors;
using Contracts;

namespace Appliance.Inference.Repository.Manifest;

/// <summary>What a manifest's golden rows must be like: tensors that are whole. Pure.</summary>
internal static class GoldenRules
{
    public static void Check(GoldenRows golden, ManifestErrors errors)
    {
        errors.Require(double.IsFinite(golden.Tolerance) && golden.Tolerance >= 0, "goldenRows.tolerance", golden.Tolerance,
            "it must be a number of at least 0");
        Tensors("goldenRows.inputs", golden.Inputs, errors);
        Tensors("goldenRows.outputs", golden.Outputs, errors);
        errors.Require(golden.Outputs is not { Count: 0 }, "goldenRows.outputs", "[]", "golden rows without outputs compare nothing");
    }

    private static string? Raw(JsonElement data) => data.ValueKind == JsonValueKind.Undefined ? null : data.GetRawText();

    private static void Tensors(string group, List<GoldenTensor>? tensors, ManifestErrors errors)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var (field, tensor) in errors.Each(group, tensors))
        {
            errors.Name(names, $"{field}.name", tensor.Name);
            var shaped = errors.Require(tensor.Shape is not null && tensor.Shape.All(dim => dim >= 0), $"{field}.shape", tensor.Shape,
                "every dimension is at least 0");
            if (!errors.Require(Datatypes.TryParse(tensor.Datatype ?? "", out var type), $"{field}.datatype", tensor.Datatype,
                $"it must be one of {Datatypes.AllNames}"))
            {
                continue;
            }
            if (TensorJson.ToRaw(type, tensor.Data, out var problem) is null)
            {
                errors.Require(false, $"{field}.data", Raw(tensor.Data), problem);
            }
            else if (shaped)
            {
                errors.Require(Shapes.ElementCount(tensor.Shape!) == tensor.Data.GetArrayLength(), $"{field}.data",
                    tensor.Data.GetArrayLength(),
                    $"the number of elements must be that of the shape {Shapes.Text(tensor.Shape!)}");
            }
        }
    }
}
