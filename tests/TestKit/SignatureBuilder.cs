using Appliance.Inference.Tensors;

namespace TestKit;

/// <summary>Makes a signature in a line. Not thread-safe.</summary>
public sealed class SignatureBuilder
{
    private readonly List<TensorSpec> _inputs = [];
    private readonly List<TensorSpec> _outputs = [];
    private readonly int _maxBatchSize;

    private SignatureBuilder(int maxBatchSize) => _maxBatchSize = maxBatchSize;

    /// <summary>A model whose tensors have a batch dimension in front of the dims given.</summary>
    public static SignatureBuilder Batched(int maxBatchSize) => new(maxBatchSize);

    /// <summary>A model whose tensors have exactly the dims given.</summary>
    public static SignatureBuilder Unbatched() => new(0);

    /// <summary>One input "x" and one output "y" of the same datatype and dims.</summary>
    public static ModelSignature Echo(int maxBatchSize, Datatype datatype = Datatype.FP32, params long[] dims) =>
        new SignatureBuilder(maxBatchSize).Input("x", datatype, dims).Output("y", datatype, dims).Build();

    public SignatureBuilder Input(string name, Datatype datatype, params long[]? dims) => Add(_inputs, Spec(name, datatype, dims));

    /// <summary>An input that a request may leave out.</summary>
    public SignatureBuilder OptionalInput(string name, Datatype datatype, params long[]? dims) => Add(_inputs, Spec(name, datatype, dims, optional: true));

    public SignatureBuilder Output(string name, Datatype datatype, params long[]? dims) => Add(_outputs, Spec(name, datatype, dims));

    /// <summary>An input or output whose dims differ between the callers and the graph.</summary>
    public SignatureBuilder ReshapedInput(string name, Datatype datatype, long[] dims, long[] graphDims) => Add(_inputs, Spec(name, datatype, dims, graphDims));

    /// <inheritdoc cref="ReshapedInput"/>
    public SignatureBuilder ReshapedOutput(string name, Datatype datatype, long[] dims, long[] graphDims) => Add(_outputs, Spec(name, datatype, dims, graphDims));

    public ModelSignature Build() => new([.. _inputs], [.. _outputs], _maxBatchSize);

    private TensorSpec Spec(string name, Datatype datatype, long[]? dims, long[]? graphDims = null, bool optional = false) =>
        new(name, datatype, dims, batched: _maxBatchSize > 0, graphDims, optional);

    private SignatureBuilder Add(List<TensorSpec> specs, TensorSpec spec)
    {
        specs.Add(spec);
        return this;
    }
}
