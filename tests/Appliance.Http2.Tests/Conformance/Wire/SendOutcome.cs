namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>What became of bytes given to the socket.</summary>
public enum SendOutcome
{
    Sent,

    /// <summary>The server has closed the connection.</summary>
    Closed,

    /// <summary>The server takes nothing more: it has ceased to read, and what lies between is full.</summary>
    Blocked,
}
