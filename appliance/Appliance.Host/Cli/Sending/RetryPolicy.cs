namespace Appliance.Host.Cli.Sending;

/// <summary>How long to wait before a body is sent again that the appliance could not take. Pure.</summary>
internal sealed class RetryPolicy
{
    /// <summary>Waiting for one body at most. 60 s: a restart takes seconds; a full disk wants a person.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Null to give up.</summary>
    /// <param name="waited">Time since the body was first refused.</param>
    /// <param name="retryAfter">What the appliance asked for; null for nothing.</param>
    public TimeSpan? Next(TimeSpan waited, TimeSpan? retryAfter)
    {
        if (waited >= GiveUpAfter) return null;
        var wanted = retryAfter ?? Usual;
        return wanted <= TimeSpan.Zero ? Usual : wanted > Longest ? Longest : wanted;
    }
}
