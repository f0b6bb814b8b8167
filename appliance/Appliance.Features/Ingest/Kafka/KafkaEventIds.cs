namespace Appliance.Features.Ingest.Kafka;

/// <summary>Log event ids of this folder: 3100 to 3149. An id keeps its meaning for ever.</summary>
public static class KafkaEventIds
{
    public const int Joined = 3100;
    public const int PartitionsAssigned = 3101;
    public const int PartitionsRevoked = 3102;
    public const int Waiting = 3103;
    public const int GoesOn = 3104;
    public const int EventsGone = 3105;
    public const int CommitFailed = 3106;
    public const int LeaveFailed = 3107;
    public const int LetterToFile = 3108;
    public const int ClientLog = 3109;
    public const int Rejoins = 3110;
    public const int IdsUnwritten = 3111;
}
