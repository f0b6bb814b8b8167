namespace Lake.PointInTime.Held;

/// <summary>What is joined in memory. Immutable.</summary>
/// <param name="Request">What to join.</param>
/// <param name="Views">To which views.</param>
/// <param name="Keys">Of each view the names of its keys' columns in the spine.</param>
/// <param name="Columns">How many columns the spine has before the keys: its own, the moment and request inputs.</param>
internal sealed record HeldPlan(JoinRequest Request, IReadOnlyList<JoinView> Views, IReadOnlyList<IReadOnlyList<string>> Keys, int Columns);
