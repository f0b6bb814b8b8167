using Contracts.Inference;

namespace Appliance.Inference.Repository.Rules;

/// <summary>
/// Inputs and outputs: name, datatype, dims, reshape, optional and labels are honoured, formats of other runtimes are not.
/// </summary>
internal sealed class TensorRules(ModelConfig config, ModelConfigContext context, ConfigRefusals refusals)
{
    public IReadOnlyList<InputSettings> Inputs()
    {
        List<InputSettings> inputs = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (var i = 0; i < config.Input.Count; i++)
        {
            var (input, field) = (config.Input[i], $"input[{i}]");
            CheckName($"{field}.name", input.Name, names);
            CheckTensor(field, input.DataType, input.Dims, input.Reshape);
            refusals.Require(input.Format == ModelInput.Types.Format.None, $"{field}.format", FormatName(input.Format),
                "image formats are not interpreted; write FORMAT_NONE and give the tensor as the graph takes it");
            refusals.Require(!input.IsShapeTensor, $"{field}.is_shape_tensor", true, "shape tensors belong to TensorRT models");
            refusals.Require(!input.IsNonLinearFormatIo, $"{field}.is_non_linear_format_io", true,
                "non-linear formats belong to TensorRT models");
            refusals.Require(!input.AllowRaggedBatch, $"{field}.allow_ragged_batch", true,
                "requests of different shapes never share a batch here");
            refusals.Require(!input.Optional || config.MaxBatchSize == 0, $"{field}.optional", true,
                "an input can be optional only where max_batch_size is 0: one batch would hold requests with it and requests without");
            inputs.Add(new(input.Name, input.DataType, [.. input.Dims], Reshape(input.Reshape), input.Optional));
        }
        return inputs;
    }

    public IReadOnlyList<OutputSettings> Outputs()
    {
        List<OutputSettings> outputs = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (var i = 0; i < config.Output.Count; i++)
        {
            var (output, field) = (config.Output[i], $"output[{i}]");
            CheckName($"{field}.name", output.Name, names);
            CheckTensor(field, output.DataType, output.Dims, output.Reshape);
            refusals.Require(!output.IsShapeTensor, $"{field}.is_shape_tensor", true, "shape tensors belong to TensorRT models");
            refusals.Require(!output.IsNonLinearFormatIo, $"{field}.is_non_linear_format_io", true,
                "non-linear formats belong to TensorRT models");
            CheckLabels(output.LabelFilename, $"{field}.label_filename");
            outputs.Add(new(output.Name, output.DataType, [.. output.Dims], Reshape(output.Reshape), output.LabelFilename is ""
                ? null
                : output.LabelFilename));
        }
        return outputs;
    }

    private void CheckName(string field, string name, HashSet<string> names)
    {
        if (refusals.Require(name.Length > 0, field, name, "it must be the graph's name of the tensor"))
        {
            refusals.Require(names.Add(name), field, name, "the name is listed twice");
        }
    }

    private void CheckTensor(string field, DataType datatype, IReadOnlyList<long> dims, ModelTensorReshape? reshape)
    {
        refusals.Require(datatype != DataType.TypeInvalid, $"{field}.data_type", "absent or TYPE_INVALID",
            "it must be one of the 14 types");
        var sound = refusals.Require(dims.Count > 0, $"{field}.dims", dims,
            "it must have at least one dimension; a scalar is [1] with an empty reshape");
        for (var i = 0; i < dims.Count; i++)
        {
            sound &= refusals.Require(dims[i] >= Shapes.Any, $"{field}.dims[{i}]", dims[i],
                "a dimension is -1 for any size, or at least 0");
        }
        if (reshape is null)
        {
            return;
        }
        for (var i = 0; i < reshape.Shape.Count; i++)
        {
            sound &= refusals.Require(reshape.Shape[i] is Shapes.Any or >= 1, $"{field}.reshape.shape[{i}]", reshape.Shape[i],
                "a dimension is -1 for any size, or at least 1");
        }
        if (sound && Shapes.ReshapeProblem(dims, reshape.Shape) is { } problem)
        {
            refusals.Require(false, $"{field}.reshape.shape", reshape.Shape, problem);
        }
    }

    private void CheckLabels(string path, string field)
    {
        if (path.Length == 0)
        {
            return;
        }
        var problem = RepositoryPath.ProblemOf(path);
        if (refusals.Require(problem is null, field, path, problem ?? ""))
        {
            refusals.Require(context.FileSize(path) is not null, field, path, "there is no such file in the model's folder");
        }
    }

    private static IReadOnlyList<long>? Reshape(ModelTensorReshape? reshape) => reshape is null ? null : [.. reshape.Shape];

    private static string FormatName(ModelInput.Types.Format format) => format switch
    {
        ModelInput.Types.Format.Nhwc => "FORMAT_NHWC",
        ModelInput.Types.Format.Nchw => "FORMAT_NCHW",
        _ => "FORMAT_NONE",
    };
}
