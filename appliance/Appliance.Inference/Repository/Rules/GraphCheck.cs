using Contracts.Inference;

namespace Appliance.Inference.Repository.Rules;

/// <summary>
/// Checks what a configuration says of inputs and outputs against the graph. An input may promise less than the graph takes; an output says
/// exactly what the graph gives. The settings' batch size is already decided.
/// </summary>
internal sealed class GraphCheck(ModelSettings settings, GraphSignature graph, ConfigRefusals refusals)
{
    private readonly int _maxBatchSize = settings.MaxBatchSize ?? 0;

    public void CheckInputs()
    {
        if (settings.Inputs.Count == 0)
        {
            CheckBatches(graph.Inputs.Where(input => !input.HasDefault), "input");
            return;
        }
        for (var i = 0; i < settings.Inputs.Count; i++)
        {
            var (input, field) = (settings.Inputs[i], $"input[{i}]");
            if (Find(graph.Inputs, input.Name, field) is not { } tensor)
            {
                continue;
            }
            refusals.Require(!input.Optional || tensor.HasDefault, $"{field}.optional", true,
                $"input {DisplayValue.Quote(input.Name)} has no default value in the graph, so that a request must give it");
            CheckDatatype(input.Datatype, tensor, field);
            CheckShape(input.GraphDims, input.Reshape is null ? $"{field}.dims" : $"{field}.reshape.shape", tensor, exact: false);
        }
        foreach (var missing in graph.Inputs.Where(tensor => !tensor.HasDefault && settings.Inputs.All(input => input.Name != tensor.Name)))
        {
            refusals.Require(false, "input", settings.Inputs.Select(input => input.Name),
                $"the graph's input {DisplayValue.Quote(missing.Name)} is not listed");
        }
    }

    public void CheckOutputs()
    {
        if (settings.Outputs.Count == 0)
        {
            CheckBatches(graph.Outputs, "output");
            return;
        }
        for (var i = 0; i < settings.Outputs.Count; i++)
        {
            var (output, field) = (settings.Outputs[i], $"output[{i}]");
            if (Find(graph.Outputs, output.Name, field) is not { } tensor)
            {
                continue;
            }
            CheckDatatype(output.Datatype, tensor, field);
            CheckShape(output.GraphDims, output.Reshape is null ? $"{field}.dims" : $"{field}.reshape.shape", tensor, exact: true);
        }
    }

    /// <summary>A batch size that the configuration sets needs a batch dimension in the tensors that it leaves to the graph, too.</summary>
    private void CheckBatches(IEnumerable<GraphTensor> tensors, string kind)
    {
        foreach (var tensor in tensors.Where(tensor => _maxBatchSize > 0 && tensor.Shape is not [Shapes.Any, ..]))
        {
            refusals.Require(false, "max_batch_size", _maxBatchSize, NoBatches($"{kind} {DisplayValue.Quote(tensor.Name)}", tensor));
        }
    }

    private GraphTensor? Find(IReadOnlyList<GraphTensor> tensors, string name, string field)
    {
        var tensor = tensors.FirstOrDefault(tensor => tensor.Name == name);
        refusals.Require(tensor is not null, $"{field}.name", name,
            $"the graph has no tensor of this name here; there are {DisplayValue.Of(tensors.Select(each => each.Name))}");
        return tensor;
    }

    private void CheckDatatype(DataType datatype, GraphTensor tensor, string field) =>
        refusals.Require(datatype == tensor.Datatype || tensor.Datatype == DataType.TypeInvalid, $"{field}.data_type",
            datatype.ConfigName(),
            $"the graph's {DisplayValue.Quote(tensor.Name)} is {tensor.Datatype.ConfigName()}");

    private void CheckShape(IReadOnlyList<long>? dims, string field, GraphTensor tensor, bool exact)
    {
        if (tensor.Shape is not { } shape || dims is null)
        {
            return;
        }
        var name = DisplayValue.Quote(tensor.Name);
        if (_maxBatchSize == 0 && shape.Length == 0)
        {
            refusals.Require(dims.All(dim => dim == 1), field, dims, $"the graph's {name} is a scalar; write [1]");
            return;
        }
        if (_maxBatchSize > 0 && shape is not [Shapes.Any, ..])
        {
            refusals.Require(false, field, dims, NoBatches(name, tensor));
            return;
        }
        IReadOnlyList<long> full = _maxBatchSize > 0 ? [Shapes.Any, .. dims] : dims;
        refusals.Require(Fits(full, shape, exact), field, dims, _maxBatchSize > 0
            ? $"the graph's {name} has shape {Shapes.Text(shape)}, and max_batch_size {_maxBatchSize} makes this {Shapes.Text(full)}"
            : $"the graph's {name} has shape {Shapes.Text(shape)}");
    }

    private static bool Fits(IReadOnlyList<long> full, long[] shape, bool exact) => full.Count == shape.Length
        && full.Zip(shape).All(pair => pair.First == pair.Second || (!exact && pair.Second == Shapes.Any));

    private static string NoBatches(string name, GraphTensor tensor) => tensor.Shape is null
        ? $"the graph does not say what shape {name} has, so that it takes no batches; write max_batch_size: 0"
        : $"the graph's {name} has shape {Shapes.Text(tensor.Shape)}; for batches its first dimension must be of any size, "
            + "or write max_batch_size: 0";
}
