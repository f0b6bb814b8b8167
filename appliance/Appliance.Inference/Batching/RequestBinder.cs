// Hot path: checks a decoded request against the model's signature, once per request.
using System.Buffers.Binary;
using Appliance.Inference.Tensors;

namespace Appliance.Inference.Batching;

/// <summary>
/// Resolves the tensors of a request against a signature: names, datatypes, shapes, byte sizes, rows. Every refusal says which tensor,
/// what was given and what is expected; the sentences are those that clients of this protocol already match on.
/// </summary>
public static class RequestBinder
{
    /// <summary>Binds <paramref name="entry"/>; anything but Ok has set its error.</summary>
    public static ScoreStatus Bind(BatchEntry entry, ModelSignature signature, string model)
    {
        if (ReferenceEquals(entry.BoundTo, signature.Identity)) return ScoreStatus.Ok;
        entry.BoundTo = null;
        entry.ClearOutputs();
        if (entry.InputAt.Length < signature.Inputs.Length) entry.InputAt = new int[signature.Inputs.Length];
        entry.InputAt.AsSpan(0, signature.Inputs.Length).Fill(-1);
        var rows = -1L;
        var required = 0;
        var inputs = entry.Inputs;
        entry.IsInOrder = inputs.Length == signature.Inputs.Length;
        for (var i = 0; i < inputs.Length; i++)
        {
            ref var input = ref inputs[i];
            var at = signature.FindInput(input.Name.Span, i);
            if (at < 0) return Refuse(entry, input.Name, $"unexpected inference input '{Text(input.Name)}' for model '{model}'");
            if (entry.InputAt[at] >= 0) return Refuse(entry, input.Name, $"input '{Text(input.Name)}' is given twice for model '{model}'");
            entry.InputAt[at] = i;
            entry.IsInOrder &= at == i;
            var spec = signature.Inputs[at];
            if (!spec.Optional) required++;
            if (CheckShape(entry, ref input, spec, model, ref rows) != ScoreStatus.Ok) return ScoreStatus.InvalidArgument;
        }
        if (required != signature.RequiredInputs) return RefuseMissing(entry, signature, model);
        if (rows < 0 && signature.Batches)
        {
            return entry.Fail(ScoreStatus.InvalidArgument, $"expected at least 1 input for model '{model}', got none: its first dimension says how many rows there are");
        }
        if (rows > signature.MaxBatchSize && signature.Batches)
        {
            return entry.Fail(ScoreStatus.InvalidArgument, $"inference request batch-size must be <= {signature.MaxBatchSize} for '{model}', got {rows}");
        }
        entry.Rows = signature.Batches ? (int)rows : 1;
        var status = BindOutputs(entry, signature, model);
        if (status == ScoreStatus.Ok) entry.BoundTo = signature.Identity;
        return status;
    }

    private static ScoreStatus CheckShape(BatchEntry entry, ref InputView input, TensorSpec spec, string model, ref long rows)
    {
        if (input.Datatype != spec.Datatype)
        {
            return Refuse(entry, input.Name,
                $"inference input '{spec.Name}' data-type is '{input.Datatype.Name()}', but model '{model}' expects '{spec.Datatype.Name()}'");
        }
        var shape = entry.ShapeOf(input);
        var lead = spec.Batched ? 1 : 0;
        if (lead == 1 && spec.Dims is [] && shape is [_, 1])
        {
            // One value a row: the graph says [N], and clients who know Triton's rules write [N,1].
            input.Rank = 1;
            entry.IsReshaped = true;
            shape = shape[..1];
        }
        if (!Matches(spec.Dims, shape, lead) || (spec.Batched && shape[0] < 0)) return RefuseShape(entry, input, spec, model, shape);
        if (spec.Batched)
        {
            if (rows >= 0 && rows != shape[0])
            {
                return Refuse(entry, input.Name, $"input '{spec.Name}' batch size does not match other inputs for '{model}': {shape[0]} and {rows}");
            }
            rows = shape[0];
        }
        return CheckContent(entry, ref input, spec, model, shape);
    }

    private static bool Matches(long[]? dims, ReadOnlySpan<long> shape, int lead)
    {
        if (dims is null) return shape.Length >= lead && shape.IndexOfAnyInRange(long.MinValue, -1) < 0;
        if (shape.Length != dims.Length + lead) return false;
        for (var d = 0; d < dims.Length; d++)
        {
            if (shape[d + lead] < 0 || (dims[d] >= 0 && shape[d + lead] != dims[d])) return false;
        }
        return true;
    }

    private static ScoreStatus CheckContent(BatchEntry entry, ref InputView input, TensorSpec spec, string model, ReadOnlySpan<long> shape)
    {
        var elements = 1L;
        foreach (var dim in shape)
        {
            // Both factors within 31 bits: their product does not wrap.
            elements = elements > 0 && dim > int.MaxValue ? long.MaxValue : elements * dim;
            if (elements > int.MaxValue) return Refuse(entry, input.Name, $"input '{spec.Name}' for model '{model}' has more than {int.MaxValue} elements");
        }
        var content = input.Content.Span;
        if (input.Typed)
        {
            if (TypedContents.FieldOf(spec.Datatype) == 0)
            {
                return Refuse(entry, input.Name, $"input '{spec.Name}' for model '{model}' is {spec.Datatype.Name()}, which has no typed contents; send raw_input_contents");
            }
            if (!TypedContents.TryCount(content, spec.Datatype, out var count) || count != elements)
            {
                return Refuse(entry, input.Name,
                    $"unable to read the contents of input '{spec.Name}' for model '{model}': the shape holds {elements} elements of {spec.Datatype.Name()}, the contents hold {count} that fit");
            }
            var bytes = spec.Datatype == Datatype.Bytes ? TypedContents.RawStringBytes(content) : elements * spec.Datatype.Size();
            if (bytes > int.MaxValue) return Refuse(entry, input.Name, $"input '{spec.Name}' for model '{model}' is larger than {int.MaxValue} bytes");
            input.RawBytes = (int)bytes;
            return ScoreStatus.Ok;
        }
        if (spec.Datatype == Datatype.Bytes) return CheckRawStrings(entry, ref input, spec, model, elements);
        if (content.Length != elements * spec.Datatype.Size())
        {
            return Refuse(entry, input.Name,
                $"input byte size mismatch for input '{spec.Name}' for model '{model}'. Expected {elements * spec.Datatype.Size()}, got {content.Length}");
        }
        input.RawBytes = content.Length;
        return ScoreStatus.Ok;
    }

    private static ScoreStatus CheckRawStrings(BatchEntry entry, ref InputView input, TensorSpec spec, string model, long elements)
    {
        var rest = input.Content.Span;
        var count = 0L;
        while (!rest.IsEmpty)
        {
            if (rest.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(rest) > (uint)(rest.Length - 4))
            {
                return Refuse(entry, input.Name, $"incomplete string data for input '{spec.Name}' for model '{model}': element {count} runs past the end");
            }
            rest = rest[(4 + (int)BinaryPrimitives.ReadUInt32LittleEndian(rest))..];
            count++;
        }
        if (count != elements)
        {
            return Refuse(entry, input.Name, $"expected {elements} string elements for input '{spec.Name}' for model '{model}', got {count}");
        }
        input.RawBytes = input.Content.Length;
        return ScoreStatus.Ok;
    }

    private static ScoreStatus BindOutputs(BatchEntry entry, ModelSignature signature, string model)
    {
        var all = signature.Outputs.Length;
        var requested = entry.Requested;
        var count = requested.IsEmpty ? all : requested.Length;
        if (entry.OutputIndices.Length < count) entry.OutputIndices = new int[count];
        entry.OutputIndexCount = count;
        for (var i = 0; i < count; i++)
        {
            var at = requested.IsEmpty ? i : signature.FindOutput(requested[i].Name.Span, i);
            if (at < 0)
            {
                return Refuse(entry, requested[i].Name, $"unexpected inference output '{Text(requested[i].Name)}' for model '{model}'");
            }
            if (entry.OutputIndices.AsSpan(0, i).Contains(at))
            {
                return Refuse(entry, requested[i].Name, $"output '{Text(requested[i].Name)}' is asked for twice for model '{model}'");
            }
            if (entry.WantsClasses && requested[i].Classes > 0 && !TopClasses.Takes(signature.Outputs[at].Datatype))
            {
                return Refuse(entry, requested[i].Name,
                    $"class result not available for output '{Text(requested[i].Name)}' of model '{model}' due to unsupported type '{signature.Outputs[at].Datatype.Name()}'");
            }
            entry.OutputIndices[i] = at;
        }
        return ScoreStatus.Ok;
    }

    private static ScoreStatus RefuseMissing(BatchEntry entry, ModelSignature signature, string model)
    {
        for (var i = 0; i < signature.Inputs.Length; i++)
        {
            var spec = signature.Inputs[i];
            if (entry.InputAt[i] < 0 && !spec.Optional)
            {
                return entry.Fail(ScoreStatus.InvalidArgument,
                    $"expected {signature.RequiredInputs} inputs but got {entry.InputCount} inputs for model '{model}'. Got input(s) {Given(entry)}, but missing required input(s) ['{spec.Name}']",
                    spec.Name);
            }
        }
        return ScoreStatus.InvalidArgument;
    }

    private static ScoreStatus RefuseShape(BatchEntry entry, in InputView input, TensorSpec spec, string model, ReadOnlySpan<long> shape)
    {
        var note = !spec.Batched && shape.Length == spec.Shape.Length + 1
            ? ". NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to each input shape."
            : ".";
        return Refuse(entry, input.Name,
            $"unexpected shape for input '{spec.Name}' for model '{model}'. Expected {Text(spec.Shape)}, got {Text(shape)}{note}");
    }

    private static ScoreStatus Refuse(BatchEntry entry, ReadOnlyMemory<byte> field, string message) =>
        entry.Fail(ScoreStatus.InvalidArgument, message, Text(field));

    private static string Given(BatchEntry entry)
    {
        var names = new List<string>();
        foreach (var input in entry.Inputs) names.Add($"'{Text(input.Name)}'");
        return $"[{string.Join(",", names)}]";
    }

    private static string Text(ReadOnlyMemory<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8.Span);

    private static string Text(ReadOnlySpan<long> shape) => $"[{string.Join(",", shape.ToArray())}]";
}
