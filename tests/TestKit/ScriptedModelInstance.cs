using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace TestKit;

/// <summary>
/// A model instance whose answers a test writes: each request's inputs go to the script, and what it gives is the answer. The script may
/// throw <see cref="InferenceFaultException"/> as a runtime would. Runs one batch at a time, like the real ones.
/// </summary>
public sealed class ScriptedModelInstance(ModelSignature signature, TimeProvider time, ScriptedModelInstance.Script script) : IModelInstance
{
    private int _runs;
    private int _running;

    /// <summary>Answers one request. The inputs come in the signature's order; ones that the request left out are missing.</summary>
    public delegate IReadOnlyList<ScriptedTensor> Script(IReadOnlyList<ScriptedTensor> inputs);

    /// <summary>Batches run.</summary>
    public int Runs => Volatile.Read(ref _runs);

    public bool Disposed { get; private set; }

    /// <summary>A script that answers each output with the input of the same position.</summary>
    public static Script Echo(ModelSignature signature) =>
        inputs => [.. inputs.Zip(signature.Outputs, (input, output) => input with { Name = output.Name })];

    public void Run(Batch batch)
    {
        ObjectDisposedException.ThrowIf(Disposed, this);
        if (Interlocked.Exchange(ref _running, 1) != 0) throw new InvalidOperationException("two batches run on one instance");
        try
        {
            Interlocked.Increment(ref _runs);
            batch.InputReady = time.GetTimestamp();
            var answers = new List<IReadOnlyList<ScriptedTensor>>();
            foreach (var entry in batch.Entries) answers.Add(script(InputsOf(entry)));
            batch.Inferred = time.GetTimestamp();
            for (var i = 0; i < batch.Count; i++) Answer(batch.Entries[i], answers[i]);
            batch.OutputReady = time.GetTimestamp();
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    public void Dispose() => Disposed = true;

    private List<ScriptedTensor> InputsOf(BatchEntry entry)
    {
        var inputs = new List<ScriptedTensor>();
        for (var i = 0; i < signature.Inputs.Length; i++)
        {
            if (entry.InputAt[i] < 0) continue;
            ref var view = ref entry.Inputs[entry.InputAt[i]];
            var bytes = new byte[view.RawBytes];
            if (!view.Typed) view.Content.Span.CopyTo(bytes);
            else if (!TypedContents.TryCopy(view.Content.Span, view.Datatype, bytes)) throw new InvalidOperationException("typed contents were bound but do not copy");
            inputs.Add(new ScriptedTensor(signature.Inputs[i].Name, view.Datatype, entry.ShapeOf(view).ToArray(), bytes));
        }
        return inputs;
    }

    private void Answer(BatchEntry entry, IReadOnlyList<ScriptedTensor> answers)
    {
        for (var o = 0; o < entry.OutputIndexCount; o++)
        {
            var index = entry.OutputIndices[o];
            var spec = signature.Outputs[index];
            var answer = answers.FirstOrDefault(a => a.Name == spec.Name)
                ?? throw new InferenceFaultException($"the script gives no output '{spec.Name}'");
            answer.Bytes.CopyTo(entry.AddOutput(index, answer.Datatype, answer.Shape, answer.Bytes.Length));
        }
    }
}
