namespace Appliance.Host.Cli.Sending;

/// <summary>What became of a body. Immutable.</summary>
/// <param name="Accepted">Events that were new.</param>
/// <param name="Duplicates">Events that were there already.</param>
/// <param name="Index">The event that was refused.</param>
/// <param name="Message">Why it was not taken.</param>
internal sealed record PostResult(PostOutcome Outcome, int Accepted = 0, int Duplicates = 0, int Index = 0, string Message = "")
{
    public static PostResult Failed(string message) => new(PostOutcome.Failed, Message: message);
}
