// Hot path: the numbers of JSON tensors become one raw block, once per request.
using System.Text;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Rest.V2;

/// <summary>The second pass over a JSON request: turns the inputs that are still JSON text into raw little-endian contents.</summary>
internal static class JsonTensors
{
    /// <summary>Converts every input marked as typed. Anything but Ok has set the entry's error.</summary>
    public static ScoreStatus Convert(BatchEntry entry)
    {
        var total = 0L;
        foreach (ref var input in entry.Inputs)
        {
            if (!input.Typed) continue;
            var status = Measure(entry, in input, out _, out var bytes);
            if (status != ScoreStatus.Ok) return status;
            total += bytes;
        }
        if (total > Array.MaxLength) return entry.Fail(ScoreStatus.TooLarge, $"the inputs would take {total} bytes; {Array.MaxLength} is the most");
        var block = entry.RentScratch((int)total);
        var at = 0;
        foreach (ref var input in entry.Inputs)
        {
            if (!input.Typed) continue;
            Measure(entry, in input, out var elements, out var room);
            var target = block.Slice(at, (int)room);
            if (input.Datatype == Datatype.FP32 && FlatSingles.TryRead(input.Content.Span, target.Span))
            {
                Take(ref input, target, ref at);
                continue;
            }
            var reader = new TensorDataReader(input.Content.Span, input.Datatype, entry.ShapeOf(input), elements, target.Span);
            if (!reader.TryRead(out var written, out var error)) return Refuse(entry, in input, error);
            Take(ref input, target[..written], ref at);
        }
        return ScoreStatus.Ok;
    }

    private static void Take(ref InputView input, Memory<byte> converted, ref int at)
    {
        input.Content = converted;
        input.Typed = false;
        at += converted.Length;
    }

    /// <summary>
    /// Counts the elements that the shape announces and the bytes they can take at most. The text bounds both, so a small request with a
    /// huge shape gets no memory.
    /// </summary>
    private static ScoreStatus Measure(BatchEntry entry, in InputView input, out long elements, out long bytes)
    {
        var text = input.Content.Length;
        var shape = entry.ShapeOf(input);
        elements = shape.Contains(0) ? 0 : 1;
        foreach (var dim in shape) elements = dim > text && elements > 0 ? text + 1L : Math.Min(elements * dim, text + 1L);
        bytes = 0;
        if (elements > text) return Refuse(entry, in input, $"'data' is too short for shape [{string.Join(",", shape.ToArray())}]");
        // A string loses its quotes and maybe escapes, and gains four bytes for its length.
        bytes = input.Datatype == Datatype.Bytes ? elements * 4 + text : elements * input.Datatype.Size();
        return ScoreStatus.Ok;
    }

    private static ScoreStatus Refuse(BatchEntry entry, in InputView input, string message)
    {
        var name = Encoding.UTF8.GetString(input.Name.Span);
        return entry.Fail(ScoreStatus.InvalidArgument, $"input '{name}': {message}", name);
    }
}
