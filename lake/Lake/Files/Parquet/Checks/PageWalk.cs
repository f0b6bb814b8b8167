using System.Buffers;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Lake.Files.Parquet.Checks;

/// <summary>Goes through the pages of column chunks without decoding them. Used by one thread.</summary>
/// <param name="location">What the file is called in errors.</param>
/// <param name="file">The file.</param>
/// <param name="windowBytes">Bytes that are read at once; a page's header has to fit.</param>
internal sealed class PageWalk(string location, SafeFileHandle file, int windowBytes) : IDisposable
{
    /// <summary>Bytes in which a page's header is looked for first; one with long statistics takes more.</summary>
    private const int HeaderBytes = 256;

    private byte[] _window = ArrayPool<byte>.Shared.Rent(windowBytes);
    private long _start;
    private int _filled;

    /// <summary>Checks each page that has a checksum.</summary>
    /// <param name="chunk">The pages.</param>
    /// <param name="headers">Takes the bytes of the pages' headers; then each page must have a checksum. Null for files of other writers.</param>
    /// <param name="cancellation">Ends it between two pages.</param>
    /// <exception cref="LakeFormatException">A page is not as it was written.</exception>
    public void Check(ColumnChunk chunk, Crc32? headers, CancellationToken cancellation)
    {
        for (var at = chunk.Start; at < chunk.Start + chunk.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            var page = Next(chunk, at, headers);
            if (page.Checksum is { } checksum)
            {
                if (ChecksumOf(chunk, page) != checksum) throw Damaged($"the page at byte {at} has not the checksum that it was written with");
            }
            else if (headers is not null)
            {
                throw Damaged($"the page at byte {at} has lost its checksum");
            }
            at = page.Start + page.Length;
        }
    }

    /// <summary>Reads the pages' headers alone.</summary>
    /// <inheritdoc cref="Check"/>
    public void ReadHeaders(ColumnChunk chunk, Crc32 headers)
    {
        for (var at = chunk.Start; at < chunk.Start + chunk.Length;)
        {
            var page = Next(chunk, at, headers);
            at = page.Start + page.Length;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_window);
        _window = [];
    }

    private (long Start, int Length, uint? Checksum) Next(ColumnChunk chunk, long at, Crc32? headers)
    {
        var left = chunk.Start + chunk.Length - at;
        for (var size = HeaderBytes; ; size *= 4)
        {
            var bytes = Window(chunk, at, (int)Math.Min(Math.Min(size, windowBytes), left));
            var thrift = new ThriftReader(bytes);
            int? length = null;
            uint? checksum = null;
            var field = 0;
            while (thrift.NextField(ref field, out var type))
            {
                if (field == 3) length = (int)thrift.ReadInteger();
                else if (field == 4) checksum = (uint)thrift.ReadInteger();
                else thrift.Skip(type);
            }
            if (thrift.IsBroken && size < left && size < windowBytes) continue;
            if (thrift.IsBroken || length is not { } known || known < 0 || known > left - thrift.Position) throw Damaged($"there is no page at byte {at}");
            headers?.Append(bytes[..thrift.Position]);
            return (at + thrift.Position, known, checksum);
        }
    }

    private uint ChecksumOf(ColumnChunk chunk, (long Start, int Length, uint? Checksum) page)
    {
        var bytes = Window(chunk, page.Start, Math.Min(page.Length, windowBytes));
        if (page.Length <= windowBytes) return Crc32.HashToUInt32(bytes);
        var sum = new Crc32();
        for (var read = 0; read < page.Length; read += bytes.Length)
        {
            bytes = Window(chunk, page.Start + read, Math.Min(page.Length - read, windowBytes));
            sum.Append(bytes);
        }
        return sum.GetCurrentHashAsUInt32();
    }

    // Bytes of the file; what is read with them is of the same chunk, as other columns may not be wanted.
    private ReadOnlySpan<byte> Window(ColumnChunk chunk, long at, int length)
    {
        if (at < _start || at + length > _start + _filled)
        {
            (_start, _filled) = (at, (int)Math.Min(windowBytes, chunk.Start + chunk.Length - at));
            for (var read = 0; read < _filled;)
            {
                var got = RandomAccess.Read(file, _window.AsSpan(read, _filled - read), at + read);
                if (got == 0) throw Damaged($"it ends at byte {at + read}, within a column");
                read += got;
            }
        }
        return _window.AsSpan((int)(at - _start), length);
    }

    private LakeFormatException Damaged(FormattableString what) => FileChecks.Damaged(location, FormattableString.Invariant(what));
}
