// Hot path of callers that speak KServe's first protocol.
using System.Buffers.Binary;
using System.Text.Json;
using Appliance.Host.Rest.V2;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Rest.V1;

/// <summary>
/// Writes an answered entry: <c>{"predictions":[...]}</c>, a value for each row or, of a model with several outputs, an object of them; or
/// <c>{"outputs":...}</c> where the request was by columns.
/// </summary>
internal static class V1Answer
{
    /// <summary>Why the answer cannot be written; null when it can.</summary>
    public static string? Refusal(BatchEntry entry, bool byColumns)
    {
        var rows = -1L;
        for (var i = 0; i < entry.OutputCount; i++)
        {
            ref readonly var output = ref entry.Outputs[i];
            var name = NameOf(entry, output).Name;
            if (output.Datatype == Datatype.Bytes && !IsText(entry.BytesOf(output))) return $"output '{name}' holds a string that is not valid UTF-8 and cannot travel in JSON";
            if (byColumns || entry.OutputCount == 1) continue;
            var shape = entry.ShapeOf(output);
            if (shape.IsEmpty || (rows >= 0 && shape[0] != rows)) return $"output '{name}' has no value for each row; ask by columns, with 'inputs'";
            rows = shape[0];
        }
        return null;
    }

    /// <summary>Writes it, once there is no <see cref="Refusal"/>.</summary>
    public static void Write(Utf8JsonWriter json, BatchEntry entry, bool byColumns)
    {
        json.WriteStartObject();
        json.WritePropertyName(byColumns ? "outputs"u8 : "predictions"u8);
        if (entry.OutputCount == 1) WriteWhole(json, entry, entry.Outputs[0]);
        else if (byColumns) WriteColumns(json, entry);
        else WriteRows(json, entry);
        json.WriteEndObject();
    }

    private static void WriteColumns(Utf8JsonWriter json, BatchEntry entry)
    {
        json.WriteStartObject();
        foreach (ref readonly var output in entry.Outputs)
        {
            json.WritePropertyName(NameOf(entry, output).Utf8Name);
            WriteWhole(json, entry, output);
        }
        json.WriteEndObject();
    }

    private static void WriteRows(Utf8JsonWriter json, BatchEntry entry)
    {
        // How much of each output's bytes was written.
        Span<int> at = entry.OutputCount <= 64 ? stackalloc int[entry.OutputCount] : new int[entry.OutputCount];
        at.Clear();
        var rows = entry.ShapeOf(entry.Outputs[0])[0];
        json.WriteStartArray();
        for (var row = 0L; row < rows; row++)
        {
            json.WriteStartObject();
            for (var i = 0; i < entry.OutputCount; i++)
            {
                ref readonly var output = ref entry.Outputs[i];
                json.WritePropertyName(NameOf(entry, output).Utf8Name);
                var rest = entry.BytesOf(output)[at[i]..];
                var left = rest;
                WriteNested(json, output.Datatype, entry.ShapeOf(output)[1..], ref left);
                at[i] += rest.Length - left.Length;
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteWhole(Utf8JsonWriter json, BatchEntry entry, in OutputView output)
    {
        var raw = entry.BytesOf(output);
        WriteNested(json, output.Datatype, entry.ShapeOf(output), ref raw);
    }

    private static void WriteNested(Utf8JsonWriter json, Datatype datatype, ReadOnlySpan<long> shape, ref ReadOnlySpan<byte> raw)
    {
        if (shape.Length > 1)
        {
            json.WriteStartArray();
            for (var i = 0L; i < shape[0]; i++) WriteNested(json, datatype, shape[1..], ref raw);
            json.WriteEndArray();
            return;
        }
        var bytes = BytesOf(datatype, shape.IsEmpty ? 1 : shape[0], raw);
        if (shape.Length == 1) json.WriteStartArray();
        TensorDataWriter.TryWriteElements(json, datatype, raw[..bytes], out _);
        if (shape.Length == 1) json.WriteEndArray();
        raw = raw[bytes..];
    }

    private static int BytesOf(Datatype datatype, long elements, ReadOnlySpan<byte> raw)
    {
        if (datatype != Datatype.Bytes) return (int)elements * datatype.Size();
        var bytes = 0;
        for (; elements > 0; elements--) bytes += 4 + BinaryPrimitives.ReadInt32LittleEndian(raw[bytes..]);
        return bytes;
    }

    private static bool IsText(ReadOnlySpan<byte> raw)
    {
        while (!raw.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(raw);
            if (!System.Text.Unicode.Utf8.IsValid(raw.Slice(4, length))) return false;
            raw = raw[(4 + length)..];
        }
        return true;
    }

    private static TensorSpec NameOf(BatchEntry entry, in OutputView output) => entry.Model!.Signature.Outputs[output.Index];
}
