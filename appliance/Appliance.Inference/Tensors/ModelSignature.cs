// Hot path: a request's tensor names are resolved here.
namespace Appliance.Inference.Tensors;

/// <summary>Inputs and outputs of one model version and how many rows it takes at once. Immutable.</summary>
public sealed class ModelSignature(TensorSpec[] inputs, TensorSpec[] outputs, int maxBatchSize)
{
    /// <summary>Stands for the signature where that would be kept for longer than its version: labels may be large.</summary>
    internal object Identity { get; } = new();

    public TensorSpec[] Inputs { get; } = inputs;
    public TensorSpec[] Outputs { get; } = outputs;

    /// <summary>Rows in one inference call at most; 0 when the tensors have no batch dimension.</summary>
    public int MaxBatchSize { get; } = maxBatchSize;

    /// <summary>Whether requests may be merged: tensors have a batch dimension.</summary>
    public bool Batches => MaxBatchSize > 0;

    /// <summary>Whether every input must be there and has one shape (but for the batch dimension), so that any two requests merge.</summary>
    public bool HasFixedShapes { get; } = inputs.All(i => !i.Optional && i.RowElements >= 0);

    /// <summary>Inputs that every request must bring.</summary>
    public int RequiredInputs { get; } = inputs.Count(i => !i.Optional);

    /// <summary>The input's index, or -1. <paramref name="guess"/> is tried first: clients send inputs in the model's order.</summary>
    public int FindInput(ReadOnlySpan<byte> name, int guess) => Find(Inputs, name, guess);

    /// <summary>The output's index, or -1.</summary>
    public int FindOutput(ReadOnlySpan<byte> name, int guess) => Find(Outputs, name, guess);

    private static int Find(TensorSpec[] specs, ReadOnlySpan<byte> name, int guess)
    {
        if ((uint)guess < (uint)specs.Length && name.SequenceEqual(specs[guess].Utf8Name)) return guess;
        for (var i = 0; i < specs.Length; i++)
        {
            if (name.SequenceEqual(specs[i].Utf8Name)) return i;
        }
        return -1;
    }
}
