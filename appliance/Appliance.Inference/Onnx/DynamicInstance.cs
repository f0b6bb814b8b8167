// Hot path for models with strings or dynamic shapes; allocates a few objects per batch.
using System.Buffers.Binary;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Appliance.Inference.Onnx;

/// <summary>An instance for any signature: tensors are made for each batch, and the runtime allocates the outputs. Runs one batch at a time.</summary>
internal sealed class DynamicInstance(OnnxSession session, ModelSignature signature, TimeProvider time) : IModelInstance
{
    private readonly NativeBuffer[] _buffers = [.. signature.Inputs.Select(_ => new NativeBuffer())];
    private readonly List<OrtValue> _values = [];

    public void Run(Batch batch)
    {
        try
        {
            using var binding = session.CreateBinding();
            BindInputs(binding, batch);
            foreach (var output in signature.Outputs) binding.BindOutputToDevice(output.Name, OrtMemoryInfo.DefaultInstance);
            batch.InputReady = time.GetTimestamp();
            session.Run(binding);
            batch.Inferred = time.GetTimestamp();
            using var outputs = session.OutputsOf(binding);
            CopyOutputs(batch, outputs);
            batch.OutputReady = time.GetTimestamp();
        }
        catch (Exception e) when (RuntimeFaults.IsOne(e))
        {
            throw RuntimeFaults.From(e);
        }
        finally
        {
            foreach (var value in _values) value.Dispose();
            _values.Clear();
        }
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers) buffer.Dispose();
    }

    private void BindInputs(OrtIoBinding binding, Batch batch)
    {
        var first = batch.Entries[0];
        for (var i = 0; i < signature.Inputs.Length; i++)
        {
            if (first.InputAt[i] < 0) continue;
            var spec = signature.Inputs[i];
            var shape = GraphShape(spec, first.ShapeOf(first.Inputs[first.InputAt[i]]), batch.Rows);
            var value = spec.Datatype == Datatype.Bytes ? Strings(batch, i, shape) : Numbers(batch, i, spec, shape);
            _values.Add(value);
            binding.BindInput(spec.Name, value);
        }
    }

    /// <summary>The shape the graph gets: the request's, with all rows in front, or the config's reshape of it.</summary>
    private static long[] GraphShape(TensorSpec spec, ReadOnlySpan<long> requested, int rows)
    {
        var lead = spec.Batched ? 1 : 0;
        if (ReferenceEquals(spec.GraphDims, spec.Dims))
        {
            var same = requested.ToArray();
            if (spec.Batched) same[0] = rows;
            return same;
        }
        var dims = spec.Dims!;
        var graphDims = spec.GraphDims!;
        var shape = new long[graphDims.Length + lead];
        if (spec.Batched) shape[0] = rows;
        // A reshape keeps its dynamic dimensions in the order in which the caller's come.
        var at = lead;
        for (var d = 0; d < graphDims.Length; d++)
        {
            if (graphDims[d] >= 0)
            {
                shape[d + lead] = graphDims[d];
                continue;
            }
            while (dims[at - lead] >= 0) at++;
            shape[d + lead] = requested[at++];
        }
        return shape;
    }

    private OrtValue Numbers(Batch batch, int input, TensorSpec spec, long[] shape)
    {
        var total = 0;
        foreach (var entry in batch.Entries) total = checked(total + entry.Inputs[entry.InputAt[input]].RawBytes);
        var buffer = _buffers[input];
        buffer.Ensure(total);
        var at = 0;
        foreach (var entry in batch.Entries)
        {
            ref var view = ref entry.Inputs[entry.InputAt[input]];
            var target = buffer.Slice(at, view.RawBytes);
            if (!view.Typed) view.Content.Span.CopyTo(target);
            else TypedContents.TryCopy(view.Content.Span, view.Datatype, target);
            at += view.RawBytes;
        }
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, OnnxTypes.ToElementType(spec.Datatype), shape, buffer.Pointer, total);
    }

    private OrtValue Strings(Batch batch, int input, long[] shape)
    {
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
        var element = 0;
        foreach (var entry in batch.Entries)
        {
            ref var view = ref entry.Inputs[entry.InputAt[input]];
            var raw = view.Content.Span;
            if (view.Typed)
            {
                _buffers[input].Ensure(view.RawBytes);
                var converted = _buffers[input].Slice(0, view.RawBytes);
                TypedContents.TryCopy(view.Content.Span, Datatype.Bytes, converted);
                raw = converted;
            }
            for (; !raw.IsEmpty; element++)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(raw);
                value.StringTensorSetElementAt(raw.Slice(4, length), element);
                raw = raw[(4 + length)..];
            }
        }
        return value;
    }

    private void CopyOutputs(Batch batch, IReadOnlyCollection<OrtValue> outputs)
    {
        var index = 0;
        foreach (var output in outputs)
        {
            CopyOutput(batch, index++, output);
        }
        foreach (var entry in batch.Entries) entry.OrderOutputs();
    }

    private void CopyOutput(Batch batch, int index, OrtValue output)
    {
        var spec = signature.Outputs[index];
        var shape = output.GetTensorTypeAndShape().Shape;
        if (spec.Batched && (shape.Length == 0 || shape[0] != batch.Rows))
        {
            throw new InferenceFaultException(
                $"output '{spec.Name}' has shape [{string.Join(",", shape)}], whose first dimension is not the {batch.Rows} rows that ran; set max_batch_size to 0");
        }
        var rowElements = 1L;
        for (var d = spec.Batched ? 1 : 0; d < shape.Length; d++) rowElements *= shape[d];
        var row = 0;
        foreach (var entry in batch.Entries)
        {
            var rows = spec.Batched ? entry.Rows : 1;
            if (entry.OutputIndices.AsSpan(0, entry.OutputIndexCount).Contains(index))
            {
                var own = OwnShape(spec, shape, entry.Rows);
                if (spec.Datatype == Datatype.Bytes) CopyStrings(entry, index, own, output, checked((int)(row * rowElements)), checked((int)(rows * rowElements)));
                else CopyNumbers(entry, index, own, output, row * rowElements, rows * rowElements);
            }
            row += rows;
        }
    }

    private void CopyNumbers(BatchEntry entry, int index, long[] shape, OrtValue output, long start, long elements)
    {
        var spec = signature.Outputs[index];
        var size = spec.Datatype.Size();
        var target = entry.AddOutput(index, spec.Datatype, shape, checked((int)(elements * size)));
        if (elements > 0) output.GetTensorMutableRawData().Slice(checked((int)(start * size)), target.Length).CopyTo(target);
    }

    private static void CopyStrings(BatchEntry entry, int index, long[] shape, OrtValue output, int start, int elements)
    {
        var bytes = 0;
        for (var e = start; e < start + elements; e++) bytes = checked(bytes + 4 + output.GetStringElementAsSpan(e).Length);
        var target = entry.AddOutput(index, Datatype.Bytes, shape, bytes);
        for (var e = start; e < start + elements; e++)
        {
            var text = output.GetStringElementAsSpan(e);
            BinaryPrimitives.WriteInt32LittleEndian(target, text.Length);
            text.CopyTo(target[4..]);
            target = target[(4 + text.Length)..];
        }
    }

    private static long[] OwnShape(TensorSpec spec, long[] graphShape, int rows)
    {
        if (!spec.Batched) return ReferenceEquals(spec.GraphDims, spec.Dims) ? graphShape : spec.Dims!;
        if (!ReferenceEquals(spec.GraphDims, spec.Dims)) return [rows, .. spec.Dims!];
        var own = (long[])graphShape.Clone();
        own[0] = rows;
        return own;
    }
}
