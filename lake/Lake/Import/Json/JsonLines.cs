// Hot path: every line of a JSON file passes here.
using Lake.Import.Sources;
using Lake.Storage;

namespace Lake.Import.Json;

/// <summary>Lines of a file as bytes, with the place of each. Blank lines and a byte order mark are passed over. Used by one thread.</summary>
internal sealed class JsonLines : IDisposable
{
    /// <summary>Bytes of a line at most. 256 MiB: far beyond any row, far below what an array holds.</summary>
    private const int MaxLine = 256 << 20;

    private readonly InputStream _input;
    private readonly string _location;
    private byte[] _buffer = new byte[1 << 17];
    private int _start, _end, _lineStart, _lineEnd;
    private long _bufferOffset;
    private bool _ended;

    private JsonLines(InputStream input, string location) => (_input, _location) = (input, location);

    /// <summary>The line without its end. Good until the next one.</summary>
    public ReadOnlyMemory<byte> Line => _buffer.AsMemory(_lineStart, _lineEnd - _lineStart);

    /// <summary>The line's number, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The byte that the line begins at, of the decompressed file.</summary>
    public long Offset => _bufferOffset + _lineStart;

    public long BytesRead => _input.BytesRead;

    public static async Task<JsonLines> OpenAsync(ITableStorage storage, InputFile file, CancellationToken cancellation) => new(await InputStream.OpenAsync(storage, file.Location, cancellation), file.Location);

    /// <exception cref="ImportException">The file is damaged here, or a line is longer than a line can be.</exception>
    public bool MoveNext()
    {
        while (NextLine())
        {
            Number++;
            if (Number == 1 && Line.Span.StartsWith("\uFEFF"u8)) _lineStart += 3;
            if (Line.Span.ContainsAnyExcept(" \t\r"u8)) return true;
        }
        return false;
    }

    public void Dispose() => _input.Dispose();

    private bool NextLine()
    {
        var searched = _start;
        while (true)
        {
            var at = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                (_lineStart, _lineEnd, _start) = (_start, searched + at, searched + at + 1);
                return true;
            }
            if (_ended)
            {
                (_lineStart, _lineEnd, _start) = (_start, _end, _end);
                return _lineEnd > _lineStart;
            }
            searched = _end - _start;
            Fill();
        }
    }

    // What is left of a line moves to the front; a line that fills the buffer gets a larger one.
    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _bufferOffset += _start;
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
        {
            if (_end >= MaxLine) throw new ImportException($"{_location} has more than {MaxLine >> 20} MiB in line {Number + 1}; a row must have less");
            System.Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        var read = _input.Content.Read(_buffer.AsSpan(_end));
        _ended = read == 0;
        _end += read;
    }
}
