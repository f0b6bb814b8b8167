using Appliance.Features.Ingest.Kafka;
using Confluent.Kafka;

namespace Appliance.Features.Tests.Ingest.Kafka;

public sealed class KafkaErrorPolicyTests
{
    [Theory]
    [InlineData(ErrorCode.Local_Transport)]
    [InlineData(ErrorCode.Local_AllBrokersDown)]
    [InlineData(ErrorCode.Local_Authentication)]
    [InlineData(ErrorCode.UnknownTopicOrPart)]
    [InlineData(ErrorCode.Local_MaxPollExceeded)]
    [InlineData(ErrorCode.NotLeaderForPartition)]
    public void What_can_pass_is_waited_out(ErrorCode code) => Assert.Equal(KafkaErrorKind.Transient, KafkaErrorPolicy.Judge(code, isFatal: false));

    [Theory]
    [InlineData(ErrorCode.FencedInstanceId)]
    [InlineData(ErrorCode.TopicAuthorizationFailed)]
    [InlineData(ErrorCode.GroupAuthorizationFailed)]
    [InlineData(ErrorCode.UnsupportedSaslMechanism)]
    [InlineData(ErrorCode.InconsistentGroupProtocol)]
    public void What_trying_again_does_not_help_ends_the_source_and_says_what_would(ErrorCode code)
    {
        Assert.Equal(KafkaErrorKind.Fatal, KafkaErrorPolicy.Judge(code, isFatal: false));
        Assert.NotEmpty(KafkaErrorPolicy.Advice(code));
    }

    [Fact]
    public void Whatever_the_client_calls_fatal_is() => Assert.Equal(KafkaErrorKind.Fatal, KafkaErrorPolicy.Judge(ErrorCode.Local_Transport, isFatal: true));

    [Theory]
    [InlineData(ErrorCode.Local_AutoOffsetReset)]
    [InlineData(ErrorCode.OffsetOutOfRange)]
    public void A_position_that_the_topic_has_not_is_neither(ErrorCode code) => Assert.Equal(KafkaErrorKind.PositionGone, KafkaErrorPolicy.Judge(code, isFatal: false));
}
