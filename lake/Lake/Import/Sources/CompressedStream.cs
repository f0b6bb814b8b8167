using System.Globalization;
using ZstdSharp;

namespace Lake.Import.Sources;

/// <summary>A compressed input file's content. Where it cannot be decompressed, the error says which file it is and up to which of its bytes. Used by one thread; disposing it ends the decompression, the file stays the caller's.</summary>
internal sealed class CompressedStream : ForwardStream
{
    private readonly string _location;
    private readonly string _codec;
    private readonly Counted _file;
    private readonly Stream _content;

    private CompressedStream(string location, string codec, Stream file, Func<Stream, Stream> open)
    {
        (_location, _codec, _file) = (location, codec, new Counted(file));
        _content = open(_file);
    }

    /// <param name="location">Where the file is, for messages.</param>
    /// <param name="file">Its bytes, from the first one on.</param>
    public static CompressedStream Gzip(string location, Stream file) => new(location, "gzip", file, f => new WholeGzipStream(f));

    /// <inheritdoc cref="Gzip"/>
    public static CompressedStream Zstd(string location, Stream file) => new(location, "zstd", file, f => new DecompressionStream(f, leaveOpen: true));

    /// <exception cref="ImportException">The compressed bytes are damaged or were cut off.</exception>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _content.Read(buffer);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ZstdException)
        {
            throw new ImportException(Message(_location, _codec, _file.IsAtEnd ? $"it was cut off or is damaged before its end, byte {Number(_file.Given)}" : $"it is damaged at or before byte {Number(_file.Given)}"), e);
        }
    }

    /// <summary>What is said of a compressed file that cannot be read.</summary>
    public static string Message(string location, string codec, string fault) => $"{location} cannot be read: {fault}; bring a whole copy of it to its place (where {codec} -t finds no fault), then run the import again";

    protected override void Dispose(bool disposing)
    {
        if (disposing) _content.Dispose();
        base.Dispose(disposing);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    // Knows how many bytes were given when something goes wrong. Checksums stand behind what they are of, so the damage may be far before.
    private sealed class Counted(Stream file) : ForwardStream
    {
        public long Given { get; private set; }

        public bool IsAtEnd { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            var read = file.Read(buffer);
            IsAtEnd = read == 0 && !buffer.IsEmpty;
            Given += read;
            return read;
        }
    }
}
