namespace Appliance.Inference.Repository.ExternalData;

/// <summary>
/// Walks the structure of an ONNX file and reports every tensor in it that names external data, wherever tensors can be: initializers,
/// sparse ones, attributes of nodes, of subgraphs and of functions, training graphs. Protobuf lets a message be written in pieces that add
/// up, so that each piece is reported by itself, whatever it says of where its data is.
/// </summary>
internal sealed class OnnxTensorScan
{
    /// <summary>Messages within messages at most: protobuf's own limit, which the runtime's reader has too.</summary>
    public const int MaxDepth = 100;

    /// <summary>Bytes of a tensor's name that are kept for an error.</summary>
    private const int MaxNameBytes = 1 << 20;

    /// <summary>Bytes of a location, an offset or a length; a path has at most 4,096.</summary>
    private const int MaxValueBytes = 8192;

    private readonly WireStreamReader _reader;
    private readonly Action<ExternalTensor> _found;
    private bool _hasGraph;

    private OnnxTensorScan(WireStreamReader reader, Action<ExternalTensor> found)
    {
        _reader = reader;
        _found = found;
    }

    /// <exception cref="OnnxFormatException">The stream is not a whole ONNX model.</exception>
    public static void Read(Stream stream, Action<ExternalTensor> found)
    {
        var scan = new OnnxTensorScan(new WireStreamReader(stream), found);
        scan.ReadPart(OnnxPart.Model, stream.Length, depth: 0);
        if (!scan._hasGraph)
        {
            throw new OnnxFormatException(stream.Length, "the file holds no graph; it is not an ONNX model");
        }
    }

    public static OnnxFormatException TooDeep(long offset) =>
        new(offset, $"parts of the model lie more than {MaxDepth} deep in each other");

    /// <summary>What a field of a part is, by ONNX's own field numbers.</summary>
    private static OnnxPart Child(OnnxPart part, int field) => (part, field) switch
    {
        (OnnxPart.Model, 7) => OnnxPart.Graph,
        (OnnxPart.Model, 20) => OnnxPart.TrainingInfo,
        (OnnxPart.Model, 25) => OnnxPart.Function,
        (OnnxPart.TrainingInfo, 1 or 2) => OnnxPart.Graph,
        (OnnxPart.Graph, 1) => OnnxPart.Node,
        (OnnxPart.Graph, 5) => OnnxPart.Tensor,
        (OnnxPart.Graph, 15) => OnnxPart.SparseTensor,
        (OnnxPart.Node, 5) => OnnxPart.Attribute,
        (OnnxPart.Attribute, 5 or 10) => OnnxPart.Tensor,
        (OnnxPart.Attribute, 6 or 11) => OnnxPart.Graph,
        (OnnxPart.Attribute, 22 or 23) => OnnxPart.SparseTensor,
        (OnnxPart.Function, 7) => OnnxPart.Node,
        (OnnxPart.Function, 11) => OnnxPart.Attribute,
        (OnnxPart.SparseTensor, 1 or 2) => OnnxPart.Tensor,
        _ => OnnxPart.None,
    };

    private void ReadPart(OnnxPart part, long end, int depth)
    {
        if (depth > MaxDepth)
        {
            throw TooDeep(_reader.Position);
        }
        while (_reader.Position < end)
        {
            var (field, type) = _reader.ReadTag(end);
            var child = type == WireType.LengthDelimited ? Child(part, field) : OnnxPart.None;
            if (child == OnnxPart.None)
            {
                _reader.Skip(field, type, end, depth);
                continue;
            }
            _hasGraph |= part == OnnxPart.Model && child == OnnxPart.Graph;
            var childEnd = _reader.ReadEnd(end);
            if (child == OnnxPart.Tensor)
            {
                ReadTensor(childEnd, depth + 1);
            }
            else
            {
                ReadPart(child, childEnd, depth + 1);
            }
        }
    }

    private void ReadTensor(long end, int depth)
    {
        if (depth > MaxDepth)
        {
            throw TooDeep(_reader.Position);
        }
        var tensor = default(ExternalTensor) with { Tensor = "" };
        var external = false;
        while (_reader.Position < end)
        {
            var (field, type) = _reader.ReadTag(end);
            switch (field, type)
            {
                case (8, WireType.LengthDelimited):
                    tensor = tensor with { Tensor = _reader.ReadText(_reader.ReadEnd(end), MaxNameBytes) };
                    break;
                case (13, WireType.LengthDelimited):
                    external = true;
                    tensor = ReadEntry(_reader.ReadEnd(end), tensor, depth + 1);
                    break;
                case (14, WireType.Varint):
                    external |= _reader.ReadVarint(end) != 0;
                    break;
                default:
                    _reader.Skip(field, type, end, depth);
                    break;
            }
        }
        if (external)
        {
            _found(tensor);
        }
    }

    /// <summary>Reads one key with its value. A key given twice is refused: readers differ in which one they take.</summary>
    private ExternalTensor ReadEntry(long end, ExternalTensor tensor, int depth)
    {
        var start = _reader.Position;
        string? key = null, value = null;
        while (_reader.Position < end)
        {
            var (field, type) = _reader.ReadTag(end);
            if (type != WireType.LengthDelimited || field is not (1 or 2))
            {
                _reader.Skip(field, type, end, depth);
                continue;
            }
            var text = _reader.ReadText(_reader.ReadEnd(end), MaxValueBytes);
            if ((field == 1 ? key : value) is not null)
            {
                throw new OnnxFormatException(start, "an entry of a tensor's external data has two keys or two values");
            }
            (key, value) = field == 1 ? (text, value) : (key, text);
        }
        value ??= "";
        var (known, again) = key switch
        {
            "location" => (tensor with { Location = value }, tensor.Location),
            "offset" => (tensor with { Offset = value }, tensor.Offset),
            "length" => (tensor with { Length = value }, tensor.Length),
            _ => (tensor, null),
        };
        return again is null ? known : throw new OnnxFormatException(start, $"a tensor's external data names its {key} twice");
    }
}
