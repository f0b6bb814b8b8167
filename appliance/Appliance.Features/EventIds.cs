namespace Appliance.Features;

/// <summary>The id of every log event of the features: 3000 to 3999. An id is never used for another event.</summary>
public static class EventIds
{
    public const int CheckpointFailed = 3000;
    public const int WritesBlocked = 3001;
    public const int WritesTaken = 3002;
    public const int EventsGone = 3003;
    public const int StoreOpened = 3005;
    public const int CheckpointPassedOver = 3006;
    public const int IngestStopped = 3007;
    public const int DeadLettersFailed = 3008;
    public const int DefinitionsNotServed = 3009;
    public const int StartsUnwritten = 3030;
    public const int SamplingStopped = 3031;
    public const int VerificationFailed = 3032;
}
