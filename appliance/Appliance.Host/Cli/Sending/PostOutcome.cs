namespace Appliance.Host.Cli.Sending;

/// <summary>What became of a body.</summary>
internal enum PostOutcome
{
    /// <summary>It is on the appliance's disk.</summary>
    Taken,

    /// <summary>One of its events breaks a rule; nothing of it was taken.</summary>
    EventRefused,

    /// <summary>It cannot be sent.</summary>
    Failed,
}
