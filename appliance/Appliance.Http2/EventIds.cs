namespace Appliance.Http2;

/// <summary>Ids of this project's log events.</summary>
internal static class EventIds
{
    public const int ApplicationFailed = 4001;
    public const int CallbackFailed = 4002;
    public const int ConnectionFailed = 4003;
    public const int NobodyAccepted = 4004;
    public const int CoresKeptAwake = 4005;
    public const int CoresNotKeptAwake = 4006;
}
