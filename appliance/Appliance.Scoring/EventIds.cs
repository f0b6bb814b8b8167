namespace Appliance.Scoring;

/// <summary>Log event ids of this project: 4000 to 4999. An id keeps its meaning for ever.</summary>
public static class EventIds
{
    public const int StateFellBack = 4000;
    public const int StateUnreadable = 4001;
    public const int TrafficChanged = 4002;
    public const int TrafficCleared = 4003;
    public const int RolloutStarted = 4010;
    public const int RolloutAdvanced = 4011;
    public const int RolloutRolledBack = 4012;
    public const int RolloutEnded = 4013;
    public const int RolloutHeld = 4014;
    public const int RolloutFailed = 4015;
    public const int RolloutUnwritten = 4016;
}
