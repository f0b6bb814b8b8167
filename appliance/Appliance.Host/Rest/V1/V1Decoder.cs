// Hot path of callers that speak KServe's first protocol.
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Appliance.Host.Rest.V2;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Rest.V1;

/// <summary>
/// Reads <c>{"instances":[...]}</c>, a value or an object of inputs for each row, or <c>{"inputs":...}</c>, a value or an object of inputs for all
/// rows at once. Datatypes are the model's; shapes are those of the nested arrays. Another member is refused by its name.
/// </summary>
internal ref struct V1Decoder
{
    private const string Rule = "the body must be an object with 'instances', rows, or 'inputs', columns";

    private readonly BatchEntry _entry;
    private readonly ModelSignature _signature;
    private readonly Memory<byte> _body;
    private readonly V1Columns _columns;

    private V1Decoder(BatchEntry entry, Memory<byte> body, V1Columns columns)
    {
        _entry = entry;
        _signature = entry.Model!.Signature;
        _body = body;
        _columns = columns;
    }

    /// <summary>Decodes into an entry whose model is leased. Anything but Ok has set the entry's error.</summary>
    /// <param name="columns">What the entry's tensors are made of; kept until the entry was submitted.</param>
    public static ScoreStatus Decode(BatchEntry entry, Memory<byte> body, V1Columns columns, out bool byColumns)
    {
        byColumns = false;
        if (!Utf8.IsValid(body.Span)) return entry.Fail(ScoreStatus.InvalidArgument, "failed to parse the request JSON: it is not valid UTF-8");
        try
        {
            var decoder = new V1Decoder(entry, body, columns);
            columns.Begin(decoder._signature.Inputs.Length);
            var status = decoder.ReadRequest(out byColumns);
            if (status == ScoreStatus.Ok) status = decoder.AddInputs();
            return status == ScoreStatus.Ok ? JsonTensors.Convert(entry) : status;
        }
        catch (JsonException e)
        {
            return entry.Fail(ScoreStatus.InvalidArgument, $"failed to parse the request JSON: {e.Message}");
        }
    }

    private ScoreStatus ReadRequest(out bool byColumns)
    {
        byColumns = false;
        var reader = new Utf8JsonReader(_body.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Refuse(Rule);
        var found = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRows = JsonText.Is(in reader, "instances"u8);
            // Callers of servers with several signatures name one; a model here has one.
            if (JsonText.Is(in reader, "signature_name"u8))
            {
                reader.Skip();
                continue;
            }
            if (!isRows && !JsonText.Is(in reader, "inputs"u8)) return Refuse($"{JsonWords.NameOf(ref reader)} is not a member of a request; the members are instances, inputs and signature_name");
            if (found) return Refuse("one of 'instances' and 'inputs' must be there, and once");
            found = true;
            byColumns = !isRows;
            reader.Read();
            var status = isRows ? ReadRows(ref reader) : ReadColumns(ref reader);
            if (status != ScoreStatus.Ok) return status;
        }
        // Anything behind the closing brace but white space throws.
        reader.Read();
        return found ? ScoreStatus.Ok : Refuse(Rule);
    }

    // The reader stands on the value's first token; afterwards on its last.
    private ScoreStatus ReadRows(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return Refuse($"'instances' is {JsonWords.Of(ref reader)}; it must be an array of rows");
        var ahead = reader;
        ahead.Read();
        if (ahead.TokenType == JsonTokenType.EndArray) return Refuse("'instances' is empty; it must hold one row at least");
        if (ahead.TokenType != JsonTokenType.StartObject) return TakeOnlyInput(ref reader, "'instances'");
        for (var row = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; row++)
        {
            if (reader.TokenType != JsonTokenType.StartObject) return Refuse($"instances[{row}] is {JsonWords.Of(ref reader)}; it must be an object, as the rows before it are");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!TryFind(ref reader, out var input, out var name)) return Refuse($"instances[{row}].{name} is no input of model '{_entry.Model!.Name}'; its inputs are {Names}");
                if (!_columns.TryAdd(input, row, ValueAt(ref reader).Span)) return Refuse($"instances[{row}].{name} is given twice, or left out in a row before");
            }
            for (var i = 0; i < _signature.Inputs.Length; i++)
            {
                if (_columns.RowsOf(i) is var rows && rows != row + 1 && (rows > 0 || !_signature.Inputs[i].Optional)) return Refuse($"instances[{row}].{_signature.Inputs[i].Name} is missing");
            }
        }
        return ScoreStatus.Ok;
    }

    private ScoreStatus ReadColumns(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return TakeOnlyInput(ref reader, "'inputs'");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryFind(ref reader, out var input, out var name)) return Refuse($"inputs.{name} is no input of model '{_entry.Model!.Name}'; its inputs are {Names}");
            if (!_columns.TrySet(input, ValueAt(ref reader))) return Refuse($"inputs.{name} is given twice");
        }
        return ScoreStatus.Ok;
    }

    private ScoreStatus TakeOnlyInput(ref Utf8JsonReader reader, string what)
    {
        if (_signature.Inputs.Length != 1)
        {
            return Refuse($"{what} names no inputs, and model '{_entry.Model!.Name}' has {_signature.Inputs.Length}; write an object of {Names}");
        }
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        _columns.TrySet(0, _body[start..(int)reader.BytesConsumed]);
        return ScoreStatus.Ok;
    }

    // The reader stands on a member's name; afterwards on its value's last token.
    private ReadOnlyMemory<byte> ValueAt(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return _body[start..(int)reader.BytesConsumed];
    }

    private bool TryFind(ref Utf8JsonReader reader, out int input, out string name)
    {
        // A name with escapes may be no text at all: half a surrogate pair.
        var plain = reader.ValueIsEscaped && JsonWords.TryGetString(ref reader, out var text) ? Encoding.UTF8.GetBytes(text) : reader.ValueSpan;
        for (input = 0; input < _signature.Inputs.Length; input++)
        {
            if (!plain.SequenceEqual(_signature.Inputs[input].Utf8Name)) continue;
            name = _signature.Inputs[input].Name;
            return true;
        }
        name = JsonWords.TryGetString(ref reader, out var other) ? other : "a name that is no text";
        return false;
    }

    private ScoreStatus AddInputs()
    {
        for (var i = 0; i < _signature.Inputs.Length; i++)
        {
            var json = _columns.Take(i);
            if (json.IsEmpty) continue;
            var spec = _signature.Inputs[i];
            ref var input = ref _entry.AddInput();
            input.Name = spec.Utf8Name;
            input.Datatype = spec.Datatype;
            input.Content = json;
            input.Typed = true;
            input.Rank = AddShape(json.Span);
            // A value a row, where the model says that a row has one column.
            if (input.Rank != 1 || !spec.Batched || spec.Dims is not [1]) continue;
            _entry.AddDim(1);
            input.Rank = 2;
        }
        return ScoreStatus.Ok;
    }

    // The sizes of the first array of each level; whether the others are as long is found when the elements are read.
    private readonly int AddShape(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        // The reader goes no deeper than 64.
        Span<long> counts = stackalloc long[64];
        counts.Clear();
        var (depth, rank, closed) = (0, -1, 0UL);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                closed |= 1UL << --depth;
                if (rank < 0) rank = depth + 1;
                continue;
            }
            if (depth > 0 && (closed & (1UL << (depth - 1))) == 0) counts[depth - 1]++;
            if (reader.TokenType == JsonTokenType.StartArray) depth++;
            else if (rank < 0) rank = depth;
        }
        foreach (var count in counts[..rank]) _entry.AddDim(count);
        return rank;
    }

    private readonly string Names => string.Join(", ", _signature.Inputs.Select(i => $"'{i.Name}'"));

    private readonly ScoreStatus Refuse(string message) => _entry.Fail(ScoreStatus.InvalidArgument, message);
}
