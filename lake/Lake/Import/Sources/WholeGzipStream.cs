using System.IO.Compression;

namespace Lake.Import.Sources;

/// <summary>
/// Decompresses gzip and fails where it was cut off, which the runtime's stream does not tell from its end: behind the file it is given one more member, and only a file that ended
/// between members brings that one out. Used by one thread.
/// </summary>
internal sealed class WholeGzipStream : ForwardStream
{
    private static readonly byte[] Seal = Guid.NewGuid().ToByteArray();
    private static readonly byte[] SealMember = Compress(Seal);

    private readonly GZipStream _inner;
    private readonly byte[] _held = new byte[Seal.Length];
    private int _heldBytes;

    public WholeGzipStream(Stream file) => _inner = new GZipStream(new Appended(file, new MemoryStream(SealMember)), CompressionMode.Decompress);

    // As many bytes as the seal has are held back until it is known what follows them.
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        var fresh = new byte[Math.Max(buffer.Length, Seal.Length)];
        while (true)
        {
            var read = _inner.Read(fresh.AsSpan(0, buffer.Length));
            if (read == 0)
            {
                return _held.AsSpan(0, _heldBytes).SequenceEqual(Seal) ? 0 : throw new InvalidDataException("gzip data end before their end");
            }
            var given = Math.Max(0, _heldBytes + read - Seal.Length);
            var fromHeld = Math.Min(given, _heldBytes);
            _held.AsSpan(0, fromHeld).CopyTo(buffer);
            fresh.AsSpan(0, given - fromHeld).CopyTo(buffer[fromHeld..]);
            _held.AsSpan(fromHeld, _heldBytes - fromHeld).CopyTo(_held);
            fresh.AsSpan(given - fromHeld, read - (given - fromHeld)).CopyTo(_held.AsSpan(_heldBytes - fromHeld));
            _heldBytes += read - given;
            if (given > 0) return given;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Compress(byte[] bytes)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return compressed.ToArray();
    }

    // One stream behind another.
    private sealed class Appended(Stream first, Stream second) : ForwardStream
    {
        private bool _firstEnded;

        public override int Read(Span<byte> buffer)
        {
            if (!_firstEnded)
            {
                var read = first.Read(buffer);
                if (read > 0) return read;
                _firstEnded = true;
            }
            return second.Read(buffer);
        }
    }
}
