namespace Appliance.Host.Rest.Business;

/// <summary>The members that a scoring request may have.</summary>
[Flags]
internal enum PredictMember : byte
{
    None = 0,
    UserId = 1,
    Features = 2,
    RequestId = 4,
    Version = 8,
    Entity = 16,
    Explain = 32,
}
