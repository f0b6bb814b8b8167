// Hot path where callers send parameters.
using System.Text;
using System.Text.Json;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring.Parameters;

namespace Appliance.Host.Rest.V2;

/// <summary>
/// Reads the <c>parameters</c> objects of an inference request. What becomes of those of the request as a whole is decided in
/// <see cref="RequestParameters"/>; names that the protocol leaves to models and clients are passed over.
/// </summary>
internal static class InferParameters
{
    /// <summary>No name that means anything is longer, however its characters are escaped; a longer one with escapes is read as text.</summary>
    private const int NameBytes = 256;

    /// <summary>The reader stands on the member name; afterwards on the object's end.</summary>
    public static ScoreStatus ReadRequest(ref Utf8JsonReader reader, BatchEntry entry, ref bool binaryByDefault)
    {
        if (!Enter(ref reader)) return Refuse(entry, "'parameters' is not an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var status = ReadRequestParameter(ref reader, entry, ref binaryByDefault);
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
    public static ScoreStatus ReadOutput(ref Utf8JsonReader reader, BatchEntry entry, ref RequestedOutput output)
    {
        if (!Enter(ref reader)) return Refuse(entry, "'parameters' of an output is not an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsSharedMemory(in reader)) return entry.Fail(ScoreStatus.Unsupported, "shared memory regions are not supported");
            if (JsonText.Is(in reader, "classification"u8))
            {
                reader.Read();
                var taken = RequestParameters.TakeClasses(ValueOf(ref reader), entry, ref output);
                if (taken != ScoreStatus.Ok) return taken;
                continue;
            }
            if (!JsonText.Is(in reader, "binary_data"u8))
            {
                reader.Skip();
                continue;
            }
            var status = ReadFlag(ref reader, entry, "binary_data", out var flag);
            if (status != ScoreStatus.Ok) return status;
            output.Binary = flag;
        }
        return ScoreStatus.Ok;
    }

    private static ScoreStatus ReadRequestParameter(ref Utf8JsonReader reader, BatchEntry entry, ref bool binaryByDefault)
    {
        Span<byte> plain = stackalloc byte[NameBytes];
        scoped var name = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            if (name.Length > NameBytes) name = JsonWords.TryGetString(ref reader, out var text) ? Encoding.UTF8.GetBytes(text) : default;
            else name = JsonText.TryCopy(in reader, plain, out var length) ? plain[..length] : default;
        }
        reader.Read();
        var value = ValueOf(ref reader);
        reader.Skip();
        var status = RequestParameters.Take(name, value, entry);
        if (name.SequenceEqual("binary_data_output"u8) && value.Form == ParameterForms.Flag) binaryByDefault = value.IsTrue;
        return status;
    }

    private static ParameterValue ValueOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        // Rare, and of a few bytes: a caller's key by its escapes is the same caller.
        JsonTokenType.String when reader.ValueIsEscaped && JsonWords.TryGetString(ref reader, out var text) => ParameterValue.OfText(Encoding.UTF8.GetBytes(text)),
        JsonTokenType.True => ParameterValue.OfFlag(true),
        JsonTokenType.False => ParameterValue.OfFlag(false),
        JsonTokenType.String => ParameterValue.OfText(reader.ValueSpan),
        JsonTokenType.Number => reader.TryGetUInt64(out var whole) ? ParameterValue.OfWhole(whole) : ParameterValue.OfOther(reader.GetDouble()),
        JsonTokenType.StartObject or JsonTokenType.StartArray => ParameterValue.Structure,
        _ => default,
    };

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
