namespace Appliance.Host.Security.Keys;

/// <summary>What a principal may do: any of these together.</summary>
[Flags]
internal enum Rights : byte
{
    None = 0,

    /// <summary>Score, read features, send events: what an application does.</summary>
    Score = 1,

    /// <summary>See what is served and how it fares: descriptions, statistics, definitions, metrics.</summary>
    Read = 2,

    /// <summary>Load, unload, pin and roll back models, share out their traffic, verify what was served, read the journal and move its readers.</summary>
    Operate = 4,

    /// <summary>Change definitions and bring in history.</summary>
    Admin = 8,
}
