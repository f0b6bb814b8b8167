// Hot path where callers send parameters.
using System.Text;
using System.Text.Json;
using Appliance.Inference;
using Appliance.Inference.Batching;

namespace Appliance.Host.Rest.V2;

/// <summary>
/// Reads the <c>parameters</c> objects of an inference request. The protocol's own names are honoured or refused, never ignored; names that
/// it leaves to models and clients are passed over.
/// </summary>
internal static class InferParameters
{
    /// <summary>A hundred years: a longer queue timeout is none, and adding this one to a clock cannot overflow.</summary>
    private const long LongestTimeoutMicroseconds = 100L * 365 * 24 * 3600 * 1_000_000;

    /// <summary>The reader stands on the member name; afterwards on the object's end.</summary>
    public static ScoreStatus ReadRequest(ref Utf8JsonReader reader, BatchEntry entry, ref bool binaryByDefault)
    {
        if (!Enter(ref reader)) return Refuse(entry, "'parameters' is not an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var status = ScoreStatus.Ok;
            if (JsonText.Is(in reader, "timeout"u8)) status = ReadTimeout(ref reader, entry);
            else if (JsonText.Is(in reader, "binary_data_output"u8)) status = ReadFlag(ref reader, entry, "binary_data_output", out binaryByDefault);
            else if (JsonText.Is(in reader, "priority"u8)) status = ReadPriority(ref reader, entry);
            else if (JsonText.Is(in reader, "sequence_id"u8)) status = RefuseSequence(ref reader, entry, "sequence_id");
            else if (JsonText.Is(in reader, "sequence_start"u8)) status = RefuseSequence(ref reader, entry, "sequence_start");
            else if (JsonText.Is(in reader, "sequence_end"u8)) status = RefuseSequence(ref reader, entry, "sequence_end");
            else if (JsonText.Is(in reader, "headers"u8) || reader.ValueSpan.StartsWith("triton_"u8))
            {
                status = Refuse(entry, $"parameter '{Encoding.UTF8.GetString(reader.ValueSpan)}' is reserved and cannot be sent; 'headers' and every name that starts with 'triton_' are");
            }
            else reader.Skip();
            if (status != ScoreStatus.Ok) return status;
        }
        return ScoreStatus.Ok;
    }

    /// <inheritdoc cref="ReadRequest"/>
    public static ScoreStatus ReadInput(ref Utf8JsonReader reader, BatchEntry entry, ref long binarySize)
    {
        if (!Enter(ref reader)) return Refuse(entry, "'parameters' of an input is not an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsSharedMemory(in reader)) return entry.Fail(ScoreStatus.Unsupported, "shared memory regions are not supported");
            if (!JsonText.Is(in reader, "binary_data_size"u8))
            {
                reader.Skip();
                continue;
            }
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out binarySize) || binarySize < 0)
            {
                return Refuse(entry, $"parameter 'binary_data_size' of an input is {JsonWords.Of(ref reader)}; it must be a whole number of bytes");
            }
        }
        return ScoreStatus.Ok;
    }

    /// <inheritdoc cref="ReadRequest"/>
    public static ScoreStatus ReadOutput(ref Utf8JsonReader reader, BatchEntry entry, ref bool? binary)
    {
        if (!Enter(ref reader)) return Refuse(entry, "'parameters' of an output is not an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsSharedMemory(in reader)) return entry.Fail(ScoreStatus.Unsupported, "shared memory regions are not supported");
            if (JsonText.Is(in reader, "classification"u8)) return entry.Fail(ScoreStatus.Unsupported, "the classification extension is not supported");
            if (!JsonText.Is(in reader, "binary_data"u8))
            {
                reader.Skip();
                continue;
            }
            var status = ReadFlag(ref reader, entry, "binary_data", out var flag);
            if (status != ScoreStatus.Ok) return status;
            binary = flag;
        }
        return ScoreStatus.Ok;
    }

    private static ScoreStatus ReadTimeout(ref Utf8JsonReader reader, BatchEntry entry)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt64(out var microseconds))
        {
            return Refuse(entry, $"parameter 'timeout' is {JsonWords.Of(ref reader)}; it must be a whole number of microseconds");
        }
        entry.TimeoutMicroseconds = (long)Math.Min(microseconds, LongestTimeoutMicroseconds);
        return ScoreStatus.Ok;
    }

    // Models without priority levels take a request of any priority alike, and no model here has levels: a config that asks for them is refused.
    private static ScoreStatus ReadPriority(ref Utf8JsonReader reader, BatchEntry entry)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out _)
            ? ScoreStatus.Ok
            : Refuse(entry, $"parameter 'priority' is {JsonWords.Of(ref reader)}; it must be a whole number from 0 up");
    }

    // Clients send a sequence_id of 0 or "" and false flags with plain requests too: those ask for nothing.
    private static ScoreStatus RefuseSequence(ref Utf8JsonReader reader, BatchEntry entry, string name)
    {
        reader.Read();
        var asks = reader.TokenType switch
        {
            JsonTokenType.False => false,
            JsonTokenType.String => reader.ValueSpan.Length > 0,
            JsonTokenType.Number => !reader.TryGetUInt64(out var id) || id != 0,
            _ => true,
        };
        return asks ? Refuse(entry, $"parameter '{name}' asks for sequence batching, which is not supported") : ScoreStatus.Ok;
    }

    private static ScoreStatus ReadFlag(ref Utf8JsonReader reader, BatchEntry entry, string name, out bool flag)
    {
        reader.Read();
        flag = reader.TokenType == JsonTokenType.True;
        return flag || reader.TokenType == JsonTokenType.False ? ScoreStatus.Ok : Refuse(entry, $"parameter '{name}' is {JsonWords.Of(ref reader)}; it must be true or false");
    }

    private static bool Enter(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.StartObject;

    private static bool IsSharedMemory(ref readonly Utf8JsonReader reader) => reader.ValueSpan.StartsWith("shared_memory_"u8);

    private static ScoreStatus Refuse(BatchEntry entry, string message) => entry.Fail(ScoreStatus.InvalidArgument, message);
}
