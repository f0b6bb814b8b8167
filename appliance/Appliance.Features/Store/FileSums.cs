using System.Buffers;

namespace Appliance.Features.Store;

/// <summary>Checksums of stretches of the log and of index files, read back from the disk's cache.</summary>
internal static class FileSums
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>The sum of what stands from one address to another; false where a file is missing or ends before.</summary>
    public static bool TrySum(LogDevice log, long from, long until, out uint crc)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            crc = uint.MaxValue;
            while (from < until)
            {
                var part = chunk.AsSpan(0, (int)Math.Min(ChunkBytes, until - from));
                if (!log.TryRead(from, part)) return false;
                crc = Crc32C.Add(crc, part);
                from += part.Length;
            }
            crc = ~crc;
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>The length and sum of a whole file.</summary>
    public static (long Bytes, uint Crc) Sum(IStoreDevice device, string path)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            using var file = device.Open(path);
            long bytes = 0;
            var crc = uint.MaxValue;
            while (true)
            {
                var read = device.Read(file, chunk.AsSpan(0, ChunkBytes), bytes);
                crc = Crc32C.Add(crc, chunk.AsSpan(0, read));
                bytes += read;
                if (read < ChunkBytes) return (bytes, ~crc);
            }
        }
        catch (IOException fault)
        {
            throw StoreFile.Named(fault, path);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
