namespace Appliance.Inference.Repository.Rules;

/// <summary>Inputs and outputs as the graph declares them, for a configuration that does not list them.</summary>
internal static class FromGraph
{
    /// <summary>Inputs with a default of the graph's own are left out: a configuration that wants them lists them as optional.</summary>
    public static IReadOnlyList<InputSettings> Inputs(GraphSignature graph, int maxBatchSize) =>
    [
        .. graph.Inputs.Where(tensor => !tensor.HasDefault).Select(tensor =>
        {
            var (dims, reshape) = Dims(tensor, maxBatchSize);
            return new InputSettings(tensor.Name, tensor.Datatype, dims, reshape, Optional: false);
        }),
    ];

    public static IReadOnlyList<OutputSettings> Outputs(GraphSignature graph, int maxBatchSize) =>
    [
        .. graph.Outputs.Select(tensor =>
        {
            var (dims, reshape) = Dims(tensor, maxBatchSize);
            return new OutputSettings(tensor.Name, tensor.Datatype, dims, reshape, LabelFile: null);
        }),
    ];

    /// <summary>
    /// The shape without the batch dimension. A row that is a scalar is written as [1], for a configuration has no empty dims.
    /// </summary>
    private static (IReadOnlyList<long>? Dims, IReadOnlyList<long>? Reshape) Dims(GraphTensor tensor, int maxBatchSize)
    {
        if (tensor.Shape is null)
        {
            return (null, null);
        }
        var dims = tensor.Shape[Math.Min(tensor.Shape.Length, maxBatchSize > 0 ? 1 : 0)..];
        return dims.Length == 0 ? ([1], []) : (dims, null);
    }
}
