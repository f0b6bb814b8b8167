namespace Appliance.Features.Reading;

/// <summary>Who asked for a read of features: a closed set, used as a metric's tag.</summary>
public enum ReadTransport : byte
{
    /// <summary><c>/api/features</c>.</summary>
    Rest,

    /// <summary>Feast's <c>/get-online-features</c>.</summary>
    FeastHttp,

    /// <summary>Feast's <c>GetOnlineFeatures</c> over gRPC.</summary>
    FeastGrpc,

    /// <summary>Scoring of an entity.</summary>
    Scoring,
}
