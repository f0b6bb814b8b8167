namespace Appliance.Host.Cli.Files;

/// <summary>What a step through a file came to.</summary>
internal enum LineStatus
{
    /// <summary>A line was read.</summary>
    Read,

    /// <summary>A line cannot be used; reading can go on behind it.</summary>
    Wrong,

    /// <summary>There are no more lines.</summary>
    End,
}
