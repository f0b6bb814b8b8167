namespace TestKit.Fuzzing;

/// <summary>How many inputs a decoder was given, and how many of them it took.</summary>
public readonly record struct FuzzTally(long Inputs, long Taken);
