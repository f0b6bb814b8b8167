namespace Appliance.Features.Verification;

/// <summary>Which samples to verify.</summary>
/// <param name="Since">Those of the last so long; null for all that the journal has.</param>
/// <param name="Model">Those of one model; null for all.</param>
public sealed record VerificationRequest(TimeSpan? Since, string? Model);
