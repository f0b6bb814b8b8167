namespace Lake.PointInTime;

/// <summary>A point-in-time join cannot be made of what it was given; the message names the field, its value and the rule.</summary>
public sealed class JoinException(string message) : Exception(message);
