// Hot path: the JSON of an inference request is read in place, once per request.
using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Rest.V2;

/// <summary>
/// Reads an inference request, and the binary tensors behind it, into a <see cref="BatchEntry"/>. Names, ids and binary tensors become views
/// of the body; the numbers of JSON tensors are converted once, into one block that the entry owns. Two passes: the first reads everything
/// but the data and so learns how large the block must be, the second converts. The first is tried as if all were well: flat data are
/// stepped over unread. Where anything turns out not to be as expected, all is read again, token by token, and that reading says what is wrong.
/// </summary>
internal ref struct JsonInferDecoder
{
    // Nothing of this stands in a flat array of numbers.
    private static readonly SearchValues<byte> EndOrMore = SearchValues.Create("][{\""u8);

    private readonly BatchEntry _entry;
    private readonly Memory<byte> _body;
    private readonly int _jsonLength;
    private readonly bool _steps;
    private Utf8JsonReader _reader;

    // Where in the body the reader began; its positions count from there.
    private int _from;
    private int _binaryAt;
    private bool _binaryByDefault;

    private JsonInferDecoder(BatchEntry entry, Memory<byte> body, int jsonLength, bool steps)
    {
        _entry = entry;
        _body = body;
        _jsonLength = jsonLength;
        _steps = steps;
        _binaryAt = jsonLength;
        // The reader's own depth limit is 64; it walks without recursion, so depth costs no stack.
        _reader = new Utf8JsonReader(body.Span[..jsonLength]);
    }

    /// <summary>Anything but Ok has set the entry's error. The body is changed where a name or id has escapes.</summary>
    /// <param name="jsonLength">Bytes of JSON at the start of the body; binary tensors make up the rest.</param>
    public static ScoreStatus Decode(BatchEntry entry, Memory<byte> body, int jsonLength, out bool binaryByDefault)
    {
        binaryByDefault = false;
        var json = body.Span[..jsonLength];
        if (json.IsEmpty) return entry.Fail(ScoreStatus.InvalidArgument, "the request body is empty; it must be a JSON object with 'inputs'");
        if (!Utf8.IsValid(json)) return entry.Fail(ScoreStatus.InvalidArgument, "failed to parse the request JSON: it is not valid UTF-8");
        if (Decode(entry, body, jsonLength, steps: true, out binaryByDefault) == ScoreStatus.Ok) return ScoreStatus.Ok;
        entry.ForgetRead();
        return Decode(entry, body, jsonLength, steps: false, out binaryByDefault);
    }

    private static ScoreStatus Decode(BatchEntry entry, Memory<byte> body, int jsonLength, bool steps, out bool binaryByDefault)
    {
        binaryByDefault = false;
        try
        {
            var decoder = new JsonInferDecoder(entry, body, jsonLength, steps);
            var status = decoder.ReadRequest();
            binaryByDefault = decoder._binaryByDefault;
            return status == ScoreStatus.Ok ? JsonTensors.Convert(entry) : status;
        }
        catch (JsonException e)
        {
            return entry.Fail(ScoreStatus.InvalidArgument, $"failed to parse the request JSON: {e.Message}");
        }
    }

    private ScoreStatus ReadRequest()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject) return Refuse("the request is not a JSON object");
        var hasInputs = false;
        var status = ScoreStatus.Ok;
        while (status == ScoreStatus.Ok && _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.Is(in _reader, "inputs"u8))
            {
                status = hasInputs ? Refuse("'inputs' is given twice") : ReadInputs();
                hasInputs = true;
            }
            else if (JsonText.Is(in _reader, "outputs"u8)) status = ReadOutputs();
            else if (JsonText.Is(in _reader, "parameters"u8)) status = InferParameters.ReadRequest(ref _reader, _entry, ref _binaryByDefault);
            else if (JsonText.Is(in _reader, "id"u8)) status = ReadText("'id'", out _entry.Id);
            else _reader.Skip();
        }
        if (status != ScoreStatus.Ok) return status;
        // Anything behind the closing brace but white space throws.
        _reader.Read();
        if (!hasInputs) return Refuse("'inputs' is missing");
        return _binaryAt == _body.Length
            ? ScoreStatus.Ok
            : Refuse($"unexpected additional input data: {_body.Length - _binaryAt} bytes are left behind the last binary input");
    }

    private ScoreStatus ReadInputs()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray) return Refuse("'inputs' is not an array");
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.StartObject) return Refuse($"element {_entry.InputCount} of 'inputs' is not an object");
            var status = ReadInput();
            if (status != ScoreStatus.Ok) return status;
        }
        return ScoreStatus.Ok;
    }

    private ScoreStatus ReadInput()
    {
        ref var input = ref _entry.AddInput();
        var at = _entry.InputCount - 1;
        var hasShape = false;
        var binarySize = -1L;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var status = ScoreStatus.Ok;
            if (JsonText.Is(in _reader, "name"u8)) status = ReadText("the name of an input", out input.Name);
            else if (JsonText.Is(in _reader, "datatype"u8)) status = ReadDatatype(ref input);
            else if (JsonText.Is(in _reader, "parameters"u8)) status = InferParameters.ReadInput(ref _reader, _entry, ref binarySize);
            else if (JsonText.Is(in _reader, "data"u8)) status = ReadData(ref input, at);
            else if (JsonText.Is(in _reader, "shape"u8))
            {
                status = hasShape ? Refuse($"{Named(input, at)}: 'shape' is given twice") : ReadShape(ref input, at);
                hasShape = true;
            }
            else _reader.Skip();
            if (status != ScoreStatus.Ok) return status;
        }
        if (input.Name.IsEmpty) return Refuse($"element {at} of 'inputs' has no name");
        if (input.Datatype == Datatype.None) return Refuse(input, "'datatype' is missing");
        if (!hasShape) return Refuse(input, "'shape' is missing");
        return binarySize >= 0 ? TakeBinary(ref input, binarySize) : input.Typed ? ScoreStatus.Ok : Refuse(input, "'data' is missing");
    }

    private ScoreStatus ReadDatatype(ref InputView input)
    {
        var status = ReadText("the datatype of an input", out var name);
        if (status != ScoreStatus.Ok || Datatypes.TryParse(name.Span, out input.Datatype)) return status;
        return Refuse($"datatype '{Encoding.UTF8.GetString(name.Span)}' of an input is not one of the protocol's 14");
    }

    private ScoreStatus ReadShape(ref InputView input, int at)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray) return Refuse($"{Named(input, at)}: 'shape' is not an array");
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt64(out var dim) || dim < 0)
            {
                return Refuse($"{Named(input, at)}: dimension {input.Rank} of 'shape' is {JsonWords.Of(ref _reader)}; it must be a whole number from 0 up");
            }
            _entry.AddDim(dim);
            input.Rank++;
        }
        return ScoreStatus.Ok;
    }

    /// <summary>Notes where the data stands. Until they are converted, contents in JSON are marked as typed.</summary>
    private ScoreStatus ReadData(ref InputView input, int at)
    {
        if (input.Typed) return Refuse($"{Named(input, at)}: 'data' is given twice");
        if (_steps && TryStepOverFlat(ref input)) return ScoreStatus.Ok;
        _reader.Read();
        var start = _from + (int)_reader.TokenStartIndex;
        _reader.Skip();
        input.Content = _body[start..(_from + (int)_reader.BytesConsumed)];
        input.Typed = true;
        return ScoreStatus.Ok;
    }

    /// <summary>Steps over an array without arrays, objects and strings. Whether it is one of JSON is found out when it is converted.</summary>
    private bool TryStepOverFlat(ref InputView input)
    {
        var start = _from + (int)_reader.BytesConsumed;
        var rest = _body.Span[start.._jsonLength];
        while (!rest.IsEmpty && rest[0] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') rest = rest[1..];
        if (rest.IsEmpty || rest[0] != '[') return false;
        var inside = rest[1..].IndexOfAny(EndOrMore);
        if (inside < 0 || rest[1 + inside] != ']') return false;
        start = _jsonLength - rest.Length;
        input.Content = _body.Slice(start, inside + 2);
        input.Typed = true;
        // An empty array in its place leaves the reader as behind this one.
        var instead = new Utf8JsonReader("[]"u8, isFinalBlock: false, _reader.CurrentState);
        instead.Read();
        instead.Read();
        _from = start + inside + 2;
        _reader = new Utf8JsonReader(_body.Span[_from.._jsonLength], isFinalBlock: true, instead.CurrentState);
        return true;
    }

    private ScoreStatus TakeBinary(ref InputView input, long size)
    {
        if (input.Typed) return Refuse(input, "'data' and 'binary_data_size' exclude each other");
        if (size > _body.Length - _binaryAt)
        {
            return Refuse(input,
                $"'binary_data_size' is {size}, but only {_body.Length - _binaryAt} bytes of the body are left behind the JSON; "
                + $"header {InferEndpoint.HeaderLength} gives the length of the JSON");
        }
        input.Content = _body.Slice(_binaryAt, (int)size);
        _binaryAt += (int)size;
        return ScoreStatus.Ok;
    }

    private ScoreStatus ReadOutputs()
    {
        if (_entry.RequestedCount > 0) return Refuse("'outputs' is given twice");
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray) return Refuse("'outputs' is not an array");
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.StartObject) return Refuse($"element {_entry.RequestedCount} of 'outputs' is not an object");
            var status = ReadOutput(ref _entry.AddRequested());
            if (status != ScoreStatus.Ok) return status;
        }
        return ScoreStatus.Ok;
    }

    private ScoreStatus ReadOutput(ref RequestedOutput output)
    {
        var at = _entry.RequestedCount - 1;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var status = ScoreStatus.Ok;
            if (JsonText.Is(in _reader, "name"u8)) status = ReadText("the name of an output", out output.Name);
            else if (JsonText.Is(in _reader, "parameters"u8)) status = InferParameters.ReadOutput(ref _reader, _entry, ref output);
            else _reader.Skip();
            if (status != ScoreStatus.Ok) return status;
        }
        return output.Name.IsEmpty ? Refuse($"element {at} of 'outputs' has no name") : ScoreStatus.Ok;
    }

    private ScoreStatus ReadText(string what, out ReadOnlyMemory<byte> text)
    {
        text = default;
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.String) return Refuse($"{what} is {JsonWords.Of(ref _reader)}; it must be a string");
        // A view of it would change the body, which is read again where this reading fails.
        if (_steps && _reader.ValueIsEscaped) return Refuse("");
        return JsonText.TryView(in _reader, _body[_from..], out text) ? ScoreStatus.Ok : Refuse($"{what} holds half a surrogate pair");
    }

    private static string Named(in InputView input, int at) =>
        input.Name.IsEmpty ? $"element {at} of 'inputs'" : $"input '{Encoding.UTF8.GetString(input.Name.Span)}'";

    private readonly ScoreStatus Refuse(in InputView input, string message)
    {
        var name = Encoding.UTF8.GetString(input.Name.Span);
        return _entry.Fail(ScoreStatus.InvalidArgument, $"input '{name}': {message}", name);
    }

    private readonly ScoreStatus Refuse(string message) => _entry.Fail(ScoreStatus.InvalidArgument, message);
}
