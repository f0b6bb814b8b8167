using System.Runtime.InteropServices;
using FeatureBench.Folders;
using StackExchange.Redis;

namespace FeatureClients.Redis;

/// <summary>How the measured rows lie in Redis: one string a row, its 64 floats as 256 bytes, the leanest that Redis can be asked for.</summary>
internal static class RedisRows
{
    public const int Bytes = VectorValues.Width * sizeof(float);

    public static RedisKey Key(long id) => $"vector:{id}";

    public static byte[] Value(long id)
    {
        Span<float> row = stackalloc float[VectorValues.Width];
        for (var i = 0; i < row.Length; i++) row[i] = VectorValues.Of(id, i);
        return MemoryMarshal.AsBytes(row).ToArray();
    }

    public static ConnectionMultiplexer Connect(int port) => ConnectionMultiplexer.Connect($"127.0.0.1:{port}");
}
