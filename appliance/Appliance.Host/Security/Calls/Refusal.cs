namespace Appliance.Host.Security.Calls;

/// <summary>Why a call is not taken. The words of metrics and of the audit log are these names in lower case.</summary>
internal enum Refusal : byte
{
    None,
    NoCredentials,
    UnknownKey,
    UnknownCertificate,
    Role,
    Model,
    Rate,

    /// <summary>Nobody is asked who they are, and the call is one of administration from another machine.</summary>
    NotLocal,

    /// <summary>What is to be done cannot be written down.</summary>
    Audit,
}
