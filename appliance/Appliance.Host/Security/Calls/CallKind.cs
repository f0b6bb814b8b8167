namespace Appliance.Host.Security.Calls;

/// <summary>What a call does, and so who may make it. From <see cref="Operate"/> on it is one of administration.</summary>
internal enum CallKind : byte
{
    /// <summary>Anybody's: health, and what is answered with nothing but an error.</summary>
    Open,
    Score,
    Read,
    Operate,
    Admin,
}
