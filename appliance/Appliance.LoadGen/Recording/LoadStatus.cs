using System.Globalization;

namespace Appliance.LoadGen.Recording;

/// <summary>How a request ended, as one number: the protocol's own status, or one of the generator's own below.</summary>
internal static class LoadStatus
{
    public const int Limit = 1024;

    public const int NoStatus = 1000;
    public const int Reset = 1001;
    public const int ConnectionLost = 1002;
    public const int TimedOut = 1003;
    public const int NotSent = 1004;

    public static bool IsOk(LoadProtocol protocol, int status) => protocol == LoadProtocol.Grpc ? status == 0 : status is >= 200 and < 300;

    public static string NameOf(LoadProtocol protocol, int status) => status switch
    {
        NoStatus => "no-status",
        Reset => "stream-reset",
        ConnectionLost => "connection-lost",
        TimedOut => "timed-out",
        NotSent => "not-sent",
        _ => (protocol == LoadProtocol.Grpc && status < 100 ? "grpc-" : "http-") + status.ToString(CultureInfo.InvariantCulture),
    };
}
