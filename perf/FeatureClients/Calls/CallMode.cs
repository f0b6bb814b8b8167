namespace FeatureClients.Calls;

/// <summary>How an entity is scored.</summary>
internal enum CallMode
{
    /// <summary>Scoring/Score with the entity's id alone.</summary>
    Entity,

    /// <summary>MGET of the row from Redis, then Scoring/Score with the 64 features by name.</summary>
    TwoHop,

    /// <summary>MGET of the row from Redis, then ModelInfer with its bytes as they are: the leanest second hop there is.</summary>
    TwoHopTensor,
}
