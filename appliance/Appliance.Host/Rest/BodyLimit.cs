namespace Appliance.Host.Rest;

/// <summary>How large the body of a call may be.</summary>
/// <param name="Setting">What allows so much, for the message to a caller who sent more.</param>
internal readonly record struct BodyLimit(int Bytes, string Setting);
