namespace Lake;

/// <summary>What is asked for cannot be done as it is asked for; the message names the field, its value and the rule.</summary>
public sealed class LakeRequestException(string message) : Exception(message);
