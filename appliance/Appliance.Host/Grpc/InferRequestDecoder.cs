// Hot path: a ModelInferRequest is read in place, once per request.
using System.Buffers.Text;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Appliance.Scoring.Parameters;

namespace Appliance.Host.Grpc;

/// <summary>
/// Reads a serialized <c>inference.ModelInferRequest</c> into a <see cref="BatchEntry"/> as views of the same memory. Nothing is copied
/// and no objects are made; the memory must stay until the entry's task completes. Never throws on malformed bytes.
/// </summary>
internal static class InferRequestDecoder
{
    /// <summary>Anything but Ok has set the entry's error.</summary>
    public static ScoreStatus Decode(ReadOnlyMemory<byte> message, BatchEntry entry)
    {
        var reader = new WireReader(message.Span);
        var raws = 0;
        var rawBeforeInput = false;
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (!reader.TryReadField(wire, out var payload, out _)) return Malformed(entry);
            if (field is < 1 or > 7) continue;
            if (wire != 2) return Malformed(entry);
            var bytes = message.Slice(reader.Position - payload.Length, payload.Length);
            var status = ScoreStatus.Ok;
            switch (field)
            {
                case 1: entry.ModelName = bytes; break;
                case 2: status = ReadVersion(payload, entry); break;
                case 3: entry.Id = bytes; break;
                case 4: status = ReadRequestParameter(payload, entry); break;
                case 5: status = ReadInput(bytes, entry); break;
                case 6: status = ReadRequestedOutput(bytes, entry); break;
                case 7:
                    rawBeforeInput |= raws >= entry.InputCount;
                    if (raws < entry.InputCount) AssignRaw(entry, raws, bytes);
                    raws++;
                    break;
            }
            if (status != ScoreStatus.Ok) return status;
        }
        if (!reader.AtEnd) return Malformed(entry);
        return raws == 0 ? ScoreStatus.Ok : CheckRaw(message, entry, raws, rawBeforeInput);
    }

    private static ScoreStatus CheckRaw(ReadOnlyMemory<byte> message, BatchEntry entry, int raws, bool rawBeforeInput)
    {
        if (raws != entry.InputCount)
        {
            return entry.Fail(ScoreStatus.InvalidArgument,
                $"expected raw_input_contents for all {entry.InputCount} inputs, got {raws}: where one input is raw, all of them must be");
        }
        if (rawBeforeInput) AssignInOrder(message, entry);
        foreach (ref var input in entry.Inputs)
        {
            // Still typed: the raw bytes were not put in its place, because it brought contents of its own.
            if (input.Typed)
            {
                return entry.Fail(ScoreStatus.InvalidArgument, "contents field must not be specified when using raw_input_contents");
            }
        }
        return ScoreStatus.Ok;
    }

    // Some encoder wrote the raw contents before the inputs: legal, rare, and worth a second walk only then.
    private static void AssignInOrder(ReadOnlyMemory<byte> message, BatchEntry entry)
    {
        var reader = new WireReader(message.Span);
        var raws = 0;
        while (reader.TryReadTag(out var field, out var wire) && reader.TryReadField(wire, out var payload, out _))
        {
            if (field == 7) AssignRaw(entry, raws++, message.Slice(reader.Position - payload.Length, payload.Length));
        }
    }

    private static void AssignRaw(BatchEntry entry, int index, ReadOnlyMemory<byte> bytes)
    {
        ref var input = ref entry.Inputs[index];
        // An input without contents was noted as typed and empty; anything longer is a conflict that CheckRaw reports.
        if (input.Typed && !input.Content.IsEmpty) return;
        input.Typed = false;
        input.Content = bytes;
    }

    private static ScoreStatus ReadInput(ReadOnlyMemory<byte> message, BatchEntry entry)
    {
        ref var input = ref entry.AddInput();
        input.Typed = true;
        var reader = new WireReader(message.Span);
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (!reader.TryReadField(wire, out var payload, out var value)) return Malformed(entry);
            switch (field, wire)
            {
                case (1, 2):
                    input.Name = message.Slice(reader.Position - payload.Length, payload.Length);
                    break;
                case (2, 2):
                    if (!Datatypes.TryParse(payload, out input.Datatype))
                    {
                        return entry.Fail(ScoreStatus.InvalidArgument, $"datatype '{Text(payload)}' of an input is not one of the protocol's 14");
                    }
                    break;
                case (3, 0):
                    entry.AddDim((long)value);
                    input.Rank++;
                    break;
                case (3, 2):
                    if (!ReadPackedShape(payload, entry, ref input)) return Malformed(entry);
                    break;
                case (4, 2):
                    if (!TryReadEntry(payload, out var key, out _)) return Malformed(entry);
                    if (key.SequenceEqual("shared_memory_region"u8)) return NoSharedMemory(entry);
                    break;
                case (5, 2):
                    // Two would be one after the other to a reader that builds objects; no encoder writes them.
                    if (!input.Content.IsEmpty) return Malformed(entry);
                    input.Content = message.Slice(reader.Position - payload.Length, payload.Length);
                    break;
                case ( >= 1 and <= 5, _):
                    return Malformed(entry);
            }
        }
        if (!reader.AtEnd) return Malformed(entry);
        return input.Datatype != Datatype.None ? ScoreStatus.Ok : entry.Fail(ScoreStatus.InvalidArgument, "an input names no datatype");
    }

    private static bool ReadPackedShape(ReadOnlySpan<byte> payload, BatchEntry entry, ref InputView input)
    {
        var reader = new WireReader(payload);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadVarint(out var dim)) return false;
            entry.AddDim((long)dim);
            input.Rank++;
        }
        return true;
    }

    private static ScoreStatus ReadRequestedOutput(ReadOnlyMemory<byte> message, BatchEntry entry)
    {
        ref var output = ref entry.AddRequested();
        var reader = new WireReader(message.Span);
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (!reader.TryReadField(wire, out var payload, out _) || (field is 1 or 2 && wire != 2)) return Malformed(entry);
            if (field == 1) output.Name = message.Slice(reader.Position - payload.Length, payload.Length);
            if (field != 2) continue;
            if (!TryReadEntry(payload, out var key, out var value)) return Malformed(entry);
            if (key.SequenceEqual("shared_memory_region"u8)) return NoSharedMemory(entry);
            if (!key.SequenceEqual("classification"u8)) continue;
            var status = RequestParameters.TakeClasses(value, entry, ref output);
            if (status != ScoreStatus.Ok) return status;
        }
        return reader.AtEnd ? ScoreStatus.Ok : Malformed(entry);
    }

    private static ScoreStatus ReadVersion(ReadOnlySpan<byte> payload, BatchEntry entry)
    {
        // Of a field that is written twice the last counts, an empty one too.
        entry.RequestedVersion = 0;
        if (payload.IsEmpty) return ScoreStatus.Ok;
        if (Utf8Parser.TryParse(payload, out long version, out var used) && used == payload.Length && version > 0)
        {
            entry.RequestedVersion = version;
            return ScoreStatus.Ok;
        }
        return entry.Fail(ScoreStatus.InvalidArgument,
            $"failed to get model version from specified version string '{Text(payload)}': it must be a whole number above 0");
    }

    private static ScoreStatus ReadRequestParameter(ReadOnlySpan<byte> payload, BatchEntry entry) =>
        TryReadEntry(payload, out var key, out var value) ? RequestParameters.Take(key, value, entry) : Malformed(entry);

    /// <summary>Reads an entry of a map of parameters to its end. One without a value has none that asks for anything.</summary>
    private static bool TryReadEntry(ReadOnlySpan<byte> mapEntry, out ReadOnlySpan<byte> key, out ParameterValue value)
    {
        key = default;
        value = default;
        var reader = new WireReader(mapEntry);
        var hasValue = false;
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (!reader.TryReadField(wire, out var bytes, out _)) return false;
            if ((field, wire) == (1, 2)) key = bytes;
            if ((field, wire) != (2, 2)) continue;
            // Two would be merged by a reader that builds objects; no encoder writes them.
            if (hasValue || !TryReadValue(bytes, out value)) return false;
            hasValue = true;
        }
        return reader.AtEnd;
    }

    /// <summary>Reads an <c>InferParameter</c>. As in every protobuf message, the last choice that is written is the one that counts.</summary>
    private static bool TryReadValue(ReadOnlySpan<byte> message, out ParameterValue value)
    {
        value = default;
        var reader = new WireReader(message);
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (!reader.TryReadField(wire, out var text, out var bits)) return false;
            switch (field, wire)
            {
                case (1, 0): value = ParameterValue.OfFlag(bits != 0); break;
                case (2, 0): value = ParameterValue.OfSigned((long)bits); break;
                case (3, 2): value = ParameterValue.OfText(text); break;
                case (4, 1): value = ParameterValue.OfOther(BitConverter.UInt64BitsToDouble(bits)); break;
                case (5, 0): value = ParameterValue.OfWhole(bits); break;
            }
        }
        return reader.AtEnd;
    }

    private static ScoreStatus NoSharedMemory(BatchEntry entry) => entry.Fail(ScoreStatus.Unsupported, "shared memory regions are not supported");

    private static ScoreStatus Malformed(BatchEntry entry) =>
        entry.Fail(ScoreStatus.InvalidArgument, "the message is not a well-formed ModelInferRequest");

    private static string Text(ReadOnlySpan<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8);
}
