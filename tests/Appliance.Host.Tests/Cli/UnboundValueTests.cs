using Appliance.Host.Cli;
using Microsoft.Extensions.Configuration;

namespace Appliance.Host.Tests.Cli;

public sealed class UnboundValueTests
{
    [Theory]
    [InlineData("Models:ControlMode", "pol", "Models:ControlMode is 'pol'; it must be none, poll, explicit")]
    [InlineData("Models:StrictReadiness", "maybe", "Models:StrictReadiness is 'maybe'; it must be true or false")]
    [InlineData("Transport:HttpPort", "80o0", "Transport:HttpPort is '80o0'; it must be a whole number")]
    [InlineData("Tracing:SampleRatio", "x", "Tracing:SampleRatio is 'x'; it must be a number")]
    [InlineData("Features:Ingest:CheckpointInterval", "5s", "Features:Ingest:CheckpointInterval is '5s'; it must be a time, like 00:00:05 or 1.00:00:00 for a day")]
    public void A_value_of_another_type_is_told_with_its_setting_and_the_rule(string key, string value, string words)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]).Build();
        var fault = Assert.ThrowsAny<InvalidOperationException>(() => ServerSettings.Bind(configuration));
        Assert.Equal(words, UnboundValue.Words(fault.Message));
    }

    [Fact]
    public void Other_messages_are_left_as_they_are() => Assert.Null(UnboundValue.Words("Could not parse the JSON file."));
}
