using Confluent.Kafka;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>Decides what an error means and what an operator can do about it. Pure.</summary>
internal static class KafkaErrorPolicy
{
    public static KafkaErrorKind Judge(ErrorCode code, bool isFatal) => code switch
    {
        _ when isFatal => KafkaErrorKind.Fatal,
        ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange or ErrorCode.Local_LogTruncation => KafkaErrorKind.PositionGone,
        ErrorCode.Local_Fatal or ErrorCode.FencedInstanceId or ErrorCode.UnsupportedSaslMechanism or ErrorCode.InvalidGroupId or ErrorCode.InvalidSessionTimeout
            or ErrorCode.InconsistentGroupProtocol or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.Local_UnsupportedFeature => KafkaErrorKind.Fatal,
        _ => KafkaErrorKind.Transient,
    };

    /// <summary>What an operator can do; empty where there is nothing but to wait.</summary>
    public static string Advice(ErrorCode code) => code switch
    {
        ErrorCode.TopicAuthorizationFailed => $"Allow the user to read the topics of {KafkaOptions.Section}:Topics, then start again.",
        ErrorCode.GroupAuthorizationFailed => $"Allow the user to read the group of {KafkaOptions.Section}:GroupId, then start again.",
        ErrorCode.FencedInstanceId => $"Another member of the group has the same {KafkaOptions.Section}:GroupInstanceId: give each appliance its own.",
        ErrorCode.UnsupportedSaslMechanism => $"Set {KafkaOptions.Section}:SaslMechanism to one that the brokers offer.",
        ErrorCode.InvalidGroupId => $"Set {KafkaOptions.Section}:GroupId to a name that the brokers take.",
        ErrorCode.InvalidSessionTimeout => $"Set {KafkaOptions.Section}:SessionTimeout to what the brokers allow (group.min.session.timeout.ms to group.max.session.timeout.ms).",
        ErrorCode.InconsistentGroupProtocol => $"The group of {KafkaOptions.Section}:GroupId is used by consumers that share partitions in another way: take a group of the appliances' own.",
        ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed => $"Check {KafkaOptions.Section}:SaslUser and its password.",
        ErrorCode.Local_Ssl => $"Check {KafkaOptions.Section}:CaFile, CertificateFile and KeyFile.",
        ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Resolve => $"Check {KafkaOptions.Section}:BootstrapServers and the network if it lasts.",
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition => $"Create the topics of {KafkaOptions.Section}:Topics; they are read as soon as they are there.",
        ErrorCode.Local_MaxPollExceeded => $"Events were not applied for longer than {KafkaOptions.Section}:MaxPollInterval; the group is joined again.",
        _ => "",
    };
}
