namespace Appliance.Features.Verification;

/// <summary>Where a verification stands: running, then one of the others for good.</summary>
public enum VerificationState : byte
{
    Running,
    Done,
    Cancelled,

    /// <summary>It ended on a fault, which it names.</summary>
    Failed,
}
