namespace Appliance.Features.Verification;

/// <summary>One served value that the definition does not give. Names an entity: for operators, not for logs.</summary>
/// <param name="Entity">The join keys: <c>member_id=7</c>.</param>
/// <param name="ReadAt">Moment of the read, microseconds since 1970.</param>
/// <param name="Position">Of the sample in the journal.</param>
/// <param name="Served">The value and where it came from.</param>
/// <param name="Expected">The same by the definition.</param>
public sealed record Mismatch(string Entity, long ReadAt, long Position, string Served, string Expected);
