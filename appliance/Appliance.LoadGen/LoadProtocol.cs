namespace Appliance.LoadGen;

/// <summary>What the generator speaks.</summary>
public enum LoadProtocol
{
    /// <summary>Unary gRPC over cleartext HTTP/2.</summary>
    Grpc,

    /// <summary>JSON over HTTP/1.1.</summary>
    Rest,
}
