namespace FeatureClients;

/// <summary>What one run of the program does.</summary>
internal enum ClientVerb
{
    /// <summary>Writes the measured rows into Redis.</summary>
    RedisFill,

    /// <summary>Gathers rows of 100 random entities from Redis.</summary>
    RedisGather,

    /// <summary>Scores random entities in a closed loop.</summary>
    Call,

    /// <summary>Posts events.</summary>
    Post,
}
