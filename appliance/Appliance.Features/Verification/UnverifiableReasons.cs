namespace Appliance.Features.Verification;

/// <summary>Words of <see cref="UnverifiableReason"/>.</summary>
public static class UnverifiableReasons
{
    private static readonly string[] Words = ["given", "definitionChanged", "definitionGone", "historyBegins", "historyDamaged", "rowExpired", "tooManyEvents", "tooManyStates"];

    public static IReadOnlyList<UnverifiableReason> All { get; } = Enum.GetValues<UnverifiableReason>();

    /// <summary>The word of reports.</summary>
    public static string Word(this UnverifiableReason reason) => Words[(int)reason];
}
