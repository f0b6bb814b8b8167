// Hot path: runs batches of fixed-shape numeric tensors without allocating.
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Appliance.Inference.Onnx;

/// <summary>
/// An instance for signatures whose every tensor has one shape a row: input and output memory is bound to the runtime once for each
/// number of rows, at its first use. Runs one batch at a time.
/// </summary>
internal sealed class BoundInstance : IModelInstance
{
    private readonly OnnxSession _session;
    private readonly ModelSignature _signature;
    private readonly TimeProvider _time;
    private readonly NativeBuffer[] _inputs;
    private readonly NativeBuffer[] _outputs;
    private readonly Binding?[] _bindings;
    private readonly DynamicInstance _empty;
    private int _capacity;

    // Shapes are written on the stack; deeper tensors take the dynamic instance.
    private const int MaxRank = 16;

    public BoundInstance(OnnxSession session, ModelSignature signature, TimeProvider time)
    {
        _session = session;
        _signature = signature;
        _time = time;
        _inputs = [.. signature.Inputs.Select(_ => new NativeBuffer())];
        _outputs = [.. signature.Outputs.Select(_ => new NativeBuffer())];
        _bindings = new Binding?[Math.Max(1, signature.MaxBatchSize) + 1];
        _empty = new DynamicInstance(session, signature, time);
    }

    /// <summary>Whether every tensor of the signature can be bound ahead.</summary>
    public static bool Fits(ModelSignature signature) =>
        signature.HasFixedShapes && signature.Inputs.All(i => i.RowBytes >= 0) && signature.Outputs.All(o => o.RowBytes >= 0 && o.Dims!.Length < MaxRank);

    public void Run(Batch batch)
    {
        if (batch.Rows == 0)
        {
            _empty.Run(batch);
            return;
        }
        try
        {
            var binding = _bindings[batch.Rows] ?? Bind(batch.Rows);
            CopyInputs(batch.Entries);
            batch.InputReady = _time.GetTimestamp();
            _session.Run(binding.IoBinding);
            batch.Inferred = _time.GetTimestamp();
            CopyOutputs(batch.Entries);
            batch.OutputReady = _time.GetTimestamp();
        }
        catch (Exception e) when (RuntimeFaults.IsOne(e))
        {
            throw RuntimeFaults.From(e);
        }
    }

    public void Dispose()
    {
        DropBindings();
        foreach (var buffer in _inputs) buffer.Dispose();
        foreach (var buffer in _outputs) buffer.Dispose();
        _empty.Dispose();
    }

    private void CopyInputs(ReadOnlySpan<BatchEntry> entries)
    {
        var specs = _signature.Inputs;
        for (var i = 0; i < specs.Length; i++)
        {
            var buffer = _inputs[i];
            var at = 0;
            foreach (var entry in entries)
            {
                ref var view = ref entry.InputOf(i);
                var target = buffer.Slice(at, view.RawBytes);
                if (!view.Typed) view.Content.Span.CopyTo(target);
                else TypedContents.TryCopy(view.Content.Span, view.Datatype, target);
                at += view.RawBytes;
            }
        }
    }

    private void CopyOutputs(ReadOnlySpan<BatchEntry> entries)
    {
        var row = 0;
        foreach (var entry in entries)
        {
            if (!entry.HasLaidOut) LayOut(entry);
            foreach (ref readonly var output in entry.Outputs)
            {
                var target = entry.ResultsOf(output);
                _outputs[output.Index].Slice(row * (target.Length / entry.Rows), target.Length).CopyTo(target);
            }
            row += entry.Rows;
        }
    }

    private void LayOut(BatchEntry entry)
    {
        Span<long> shape = stackalloc long[MaxRank];
        for (var o = 0; o < entry.OutputIndexCount; o++)
        {
            var spec = _signature.Outputs[entry.OutputIndices[o]];
            var rank = spec.WriteShape(entry.Rows, shape);
            entry.AddOutput(entry.OutputIndices[o], spec.Datatype, shape[..rank], entry.Rows * (int)spec.RowBytes);
        }
        entry.HasLaidOut = true;
    }

    private Binding Bind(int rows)
    {
        if (rows > _capacity) Grow(rows);
        var binding = new Binding(_session, rows, _signature, _inputs, _outputs);
        _bindings[rows] = binding;
        return binding;
    }

    private void Grow(int rows)
    {
        DropBindings();
        _capacity = Math.Min(_bindings.Length - 1, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)rows));
        for (var i = 0; i < _inputs.Length; i++) _inputs[i].Ensure(checked((int)(_signature.Inputs[i].RowBytes * _capacity)));
        for (var o = 0; o < _outputs.Length; o++) _outputs[o].Ensure(checked((int)(_signature.Outputs[o].RowBytes * _capacity)));
    }

    private void DropBindings()
    {
        foreach (var binding in _bindings) binding?.Dispose();
        _bindings.AsSpan().Clear();
    }

    private sealed class Binding : IDisposable
    {
        private readonly List<OrtValue> _values = [];

        public Binding(OnnxSession session, int rows, ModelSignature signature, NativeBuffer[] inputs, NativeBuffer[] outputs)
        {
            IoBinding = session.CreateBinding();
            for (var i = 0; i < inputs.Length; i++) IoBinding.BindInput(signature.Inputs[i].Name, Value(signature.Inputs[i], rows, inputs[i]));
            for (var o = 0; o < outputs.Length; o++) IoBinding.BindOutput(signature.Outputs[o].Name, Value(signature.Outputs[o], rows, outputs[o]));
        }

        public OrtIoBinding IoBinding { get; }

        public void Dispose()
        {
            IoBinding.Dispose();
            foreach (var value in _values) value.Dispose();
        }

        private OrtValue Value(TensorSpec spec, int rows, NativeBuffer buffer)
        {
            long[] shape = spec.Batched ? [rows, .. spec.GraphDims!] : spec.GraphDims!;
            var value = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, OnnxTypes.ToElementType(spec.Datatype), shape, buffer.Pointer, rows * spec.RowBytes);
            _values.Add(value);
            return value;
        }
    }
}
