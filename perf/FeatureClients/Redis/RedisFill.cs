using StackExchange.Redis;

namespace FeatureClients.Redis;

/// <summary>Writes the measured rows into Redis.</summary>
internal static class RedisFill
{
    /// <summary>Rows in one MSET: 128 KB, and few enough round trips.</summary>
    private const int Batch = 500;

    public static async Task RunAsync(ClientOptions options)
    {
        await using var redis = RedisRows.Connect(options.Redis);
        var database = redis.GetDatabase();
        for (var first = 0; first < options.Rows; first += Batch)
        {
            var rows = Math.Min(Batch, options.Rows - first);
            var pairs = new KeyValuePair<RedisKey, RedisValue>[rows];
            for (var i = 0; i < rows; i++) pairs[i] = new(RedisRows.Key(first + i), RedisRows.Value(first + i));
            await database.StringSetAsync(pairs);
        }
    }
}
