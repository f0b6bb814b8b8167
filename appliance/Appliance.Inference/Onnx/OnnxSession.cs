// Hot path: Run is called once per batch.
using Appliance.Inference.Batching;
using Contracts.Inference;
using Microsoft.ML.OnnxRuntime;
using Appliance.Inference.Repository;
using Appliance.Inference.Tensors;

namespace Appliance.Inference.Onnx;

/// <summary>One loaded graph. The only caller of the runtime. Several threads may run it at once; it is disposed when none does.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;
    // The runtime logs a run's failure with the values at fault, which are a caller's. The failure itself says all that is needed.
    private readonly RunOptions _runOptions = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    private OnnxSession(InferenceSession session) => _session = session;

    /// <summary>Loads a graph.</summary>
    /// <exception cref="InferenceFaultException">The file is not a graph that the runtime takes.</exception>
    public static OnnxSession Load(string path, SessionOptions options)
    {
        try
        {
            return new OnnxSession(new InferenceSession(path, options));
        }
        catch (Exception e) when (e is OnnxRuntimeException or FileNotFoundException)
        {
            throw new InferenceFaultException(WithoutPaths(e.Message, path), e);
        }
    }

    /// <summary>Opens a graph that was made here.</summary>
    /// <exception cref="InferenceFaultException">There is not the memory for it.</exception>
    public static OnnxSession Of(byte[] graph, SessionOptions options)
    {
        try
        {
            return new OnnxSession(new InferenceSession(graph, options));
        }
        catch (OnnxRuntimeException e)
        {
            throw RuntimeFaults.From(e);
        }
    }

    /// <summary>What the graph takes and gives.</summary>
    /// <param name="unranked">Tensors that the file declares without a shape.</param>
    /// <exception cref="InferenceFaultException">A tensor is of a kind that the protocol cannot carry.</exception>
    public GraphSignature Signature(IReadOnlySet<string> unranked)
    {
        var inputs = new List<GraphTensor>();
        foreach (var name in _session.InputNames) inputs.Add(Describe("input", name, _session.InputMetadata[name], unranked, hasDefault: false));
        foreach (var (name, metadata) in _session.OverridableInitializerMetadata) inputs.Add(Describe("input", name, metadata, unranked, hasDefault: true));
        var outputs = new List<GraphTensor>();
        foreach (var name in _session.OutputNames) outputs.Add(Describe("output", name, _session.OutputMetadata[name], unranked, hasDefault: false));
        return new GraphSignature(inputs, outputs);
    }

    /// <summary>Makes a binding for one instance.</summary>
    public OrtIoBinding CreateBinding() => _session.CreateIoBinding();

    /// <summary>Runs once over bound memory. What the runtime throws is for the instance to translate.</summary>
    public void Run(OrtIoBinding binding) => _session.RunWithBinding(_runOptions, binding);

    /// <summary>Whether <see cref="Terminate"/> was called.</summary>
    public bool IsTerminated => _runOptions.Terminate;

    /// <summary>Ends every run that is under way, at its next node, and every later one at once: they fault.</summary>
    public void Terminate() => _runOptions.Terminate = true;

    /// <summary>The outputs that the runtime allocated, in the order they were bound.</summary>
    public IDisposableReadOnlyCollection<OrtValue> OutputsOf(OrtIoBinding binding) => binding.GetOutputValues();

    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static GraphTensor Describe(string kind, string name, NodeMetadata metadata, IReadOnlySet<string> unranked, bool hasDefault)
    {
        if (metadata.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR)
        {
            throw new InferenceFaultException(
                $"{kind} '{name}' is {metadata.OnnxValueType}, which the protocol cannot carry; it must be a tensor (for scikit-learn classifiers convert with zipmap=False)");
        }
        var datatype = OnnxTypes.ToDatatype(metadata.ElementDataType);
        if (datatype == Datatype.None)
        {
            throw new InferenceFaultException($"{kind} '{name}' has elements of type {metadata.ElementDataType}, which the protocol cannot carry");
        }
        long[]? shape = metadata.Dimensions.Length == 0 && unranked.Contains(name) ? null : [.. metadata.Dimensions.Select(d => (long)d)];
        string?[] names = [.. metadata.SymbolicDimensions.Select(s => s.Length == 0 ? null : s)];
        return new GraphTensor(name, datatype.ToConfig(), shape, names, hasDefault);
    }

    // The runtime's messages quote the file's full path, which is no business of a caller.
    private static string WithoutPaths(string message, string path) =>
        message.Replace(path, Path.GetFileName(path)).Replace((Path.GetDirectoryName(path) ?? path) + "/", "");
}
