// Hot path: every element of a JSON tensor passes here.
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Rest.V2;

/// <summary>
/// Reads a <c>data</c> array into raw little-endian bytes. It is either flat or nested exactly as the shape says; anything between is refused.
/// Walks without recursion. The text is a well-formed JSON value, or a <see cref="JsonException"/> is thrown.
/// </summary>
internal ref struct TensorDataReader
{
    private const int ShownValueBytes = 40;

    private readonly Datatype _datatype;
    private readonly ReadOnlySpan<long> _shape;
    private readonly long _elements;
    private readonly Span<byte> _target;
    private Utf8JsonReader _reader;
    private Counts _counts;
    private long _index;
    private int _written;
    private int _depth;

    // Arrays around the first element, and so around every other; -1 before it.
    private int _elementDepth = -1;

    /// <param name="elements">The product of the shape.</param>
    /// <param name="target">Room for all elements: for BYTES four bytes each and the text's own length.</param>
    public TensorDataReader(ReadOnlySpan<byte> json, Datatype datatype, ReadOnlySpan<long> shape, long elements, Span<byte> target)
    {
        _reader = new Utf8JsonReader(json);
        _datatype = datatype;
        _shape = shape;
        _elements = elements;
        _target = target;
    }

    /// <param name="error">What is wrong, naming the element and its value.</param>
    public bool TryRead(out int written, out string error)
    {
        while (_reader.Read())
        {
            var wrong = _reader.TokenType switch
            {
                JsonTokenType.StartArray => Open(),
                JsonTokenType.EndArray => Close(),
                _ => Take(),
            };
            if (wrong is null) continue;
            error = wrong;
            written = 0;
            return false;
        }
        written = _written;
        error = _index == _elements ? "" : $"'data' holds {_index} elements, shape {Shape} has {_elements}";
        return _index == _elements;
    }

    private string? Open()
    {
        if (_depth > 0) _counts[_depth - 1]++;
        if (_elementDepth >= 0 && _depth >= _elementDepth) return $"'data' is deeper nested after element {_index} than before it";
        if (_depth >= Math.Max(1, _shape.Length)) return $"'data' is nested deeper than shape {Shape}";
        _counts[_depth++] = 0;
        return null;
    }

    private string? Close()
    {
        var count = _counts[--_depth];
        // A flat array is measured as a whole at the end.
        if (_depth == 0 && (_elementDepth == 1 || count == 0)) return null;
        return count == _shape[_depth]
            ? null
            : $"'data' has {count} values in an array of level {_depth + 1} that ends before element {_index}; shape {Shape} has {_shape[_depth]} there";
    }

    private string? Take()
    {
        if (_elementDepth < 0)
        {
            if (_depth != 1 && _depth != _shape.Length) return $"'data' is nested {_depth} deep; it must be flat or nested as shape {Shape}";
            _elementDepth = _depth;
        }
        if (_depth != _elementDepth) return $"'data' is less nested at element {_index} than before it";
        if (_index == _elements) return $"'data' holds more elements than shape {Shape} has, which is {_elements}";
        var fault = JsonElements.TryRead(ref _reader, _datatype, _target[_written..], out var bytes);
        if (fault != ElementFault.None) return Describe(fault);
        if (_depth > 0) _counts[_depth - 1]++;
        _written += bytes;
        _index++;
        return null;
    }

    private readonly string Shape => $"[{string.Join(",", _shape.ToArray())}]";

    private readonly string Describe(ElementFault fault)
    {
        var value = _reader.ValueSpan;
        var shown = Encoding.UTF8.GetString(value[..Math.Min(value.Length, ShownValueBytes)]) + (value.Length > ShownValueBytes ? "..." : "");
        return fault switch
        {
            ElementFault.Kind => $"element {_index} is {Quoted(shown)}; {_datatype.Name()} takes {JsonElements.Expected(_datatype)}",
            ElementFault.Range => $"element {_index} is {shown}, which is out of range for {_datatype.Name()}",
            ElementFault.Surrogate => $"element {_index} holds half a surrogate pair",
            _ => throw new System.Diagnostics.UnreachableException($"fault {fault}"),
        };
    }

    private readonly string Quoted(string text) => _reader.TokenType switch
    {
        JsonTokenType.String => $"\"{text}\"",
        JsonTokenType.StartObject => "an object",
        _ => text,
    };

    /// <summary>Values so far in each open array. 64: the JSON reader goes no deeper.</summary>
    [InlineArray(64)]
    private struct Counts
    {
        private long _first;
    }
}
