using FeatureModel.Events;

namespace Appliance.Host.Cli.Files;

/// <summary>The lines of a file of JSON objects, as bytes. Blank ones are passed over. Owned by one thread; disposing it closes the file.</summary>
internal sealed class JsonLines(string path) : IDisposable
{
    // The largest event, and as much white space again.
    private static readonly int MaxLineBytes = 2 * EventLimits.Default.MaxEventBytes;

    private readonly Stream _stream = InputFile.Open(path);
    private byte[] _buffer = new byte[64 * 1024];
    private int _at;
    private int _end;
    private int _lineStart;
    private int _lineLength;
    private bool _skipping;

    public string Path { get; } = path;

    /// <summary>The current line's number, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The current line without its end; valid until the next is read.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_lineStart, _lineLength);

    /// <summary>The current line, for those who cannot take a span.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(_lineStart, _lineLength);

    /// <summary>What is wrong with the current line.</summary>
    public LineFault? Fault { get; private set; }

    /// <summary>Reads the next line that is not blank.</summary>
    /// <exception cref="UnreadableFileException">The file ends where it should not.</exception>
    public LineStatus Read()
    {
        while (TryReadLine())
        {
            if (_skipping)
            {
                _skipping = false;
                Fault = new(Path, Line, null, null, $"the line has more than {MaxLineBytes} bytes, which no event may have");
                return LineStatus.Wrong;
            }
            if (Line == 1 && Bytes.StartsWith("\uFEFF"u8)) (_lineStart, _lineLength) = (_lineStart + 3, _lineLength - 3);
            if (Bytes.ContainsAnyExcept(" \t\r"u8)) return LineStatus.Read;
        }
        return LineStatus.End;
    }

    public void Dispose() => _stream.Dispose();

    private bool TryReadLine()
    {
        var searched = 0;
        while (true)
        {
            var length = _buffer.AsSpan(_at + searched, _end - _at - searched).IndexOf((byte)'\n');
            if (length >= 0) return Take(searched + length, 1);
            searched = _end - _at;
            if (searched > MaxLineBytes)
            {
                // The rest of the line is passed over, and the line refused once its end is known.
                _skipping = true;
                (_at, searched) = (_end, 0);
            }
            if (!Fill()) return (_end > _at || _skipping) && Take(_end - _at, 0);
        }
    }

    private bool Take(int length, int end)
    {
        (_lineStart, _lineLength) = (_at, length);
        _at += length + end;
        Line++;
        return true;
    }

    private bool Fill()
    {
        if (_at > 0)
        {
            _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
            (_end, _at) = (_end - _at, 0);
        }
        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = ReadBytes();
        _end += read;
        return read > 0;
    }

    private int ReadBytes()
    {
        try
        {
            return _stream.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new UnreadableFileException(Path, Line, e);
        }
    }
}
