namespace Lake.Import.Inference;

/// <summary>How types are chosen from values that were seen.</summary>
/// <param name="IsAll">Whether every value of every file was seen.</param>
/// <param name="FractionsAreDecimals">Whether a number with a point is a decimal.</param>
/// <param name="KeepsNestedAsJson">Whether objects and arrays stay JSON texts.</param>
/// <param name="NextId">Gives ids to fields.</param>
internal sealed record GuessRules(bool IsAll, bool FractionsAreDecimals, bool KeepsNestedAsJson, Func<int> NextId);
