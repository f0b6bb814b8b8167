using Microsoft.Extensions.Configuration;

namespace Appliance.Host.Tests;

public sealed class UnknownSettingsTests
{
    [Theory]
    [InlineData("Features:Storee", "c.json: Features:Storee is not a setting; did you mean 'Store'?")]
    [InlineData("Featurez:Folder", "c.json: Featurez is not a setting; did you mean 'Features'?")]
    [InlineData("Features:Journal:RetainByte", "c.json: Features:Journal:RetainByte is not a setting; did you mean 'RetainBytes'?")]
    public void A_key_that_is_no_setting_is_told_with_the_nearest_that_is(string key, string message) => Assert.Equal(message, Check(key));

    [Fact]
    public void All_of_them_are_told() => Assert.Matches("^c.json: Featurez is not .*; Grpc:Window is not ", Check("Featurez:Folder", "Grpc:Window"));

    [Theory]
    [InlineData("Features:Store:MemoryBytes")]
    [InlineData("features:store:memorybytes")]
    [InlineData("Features:Kafka:SaslPassword")]
    [InlineData("Features:Kafka:Topics:0")]
    [InlineData("Features:Kafka:Properties:fetch.min.bytes")]
    [InlineData("Features:Sampling:Models:ranker")]
    public void Settings_of_any_spelling_and_what_lists_and_maps_hold_are_taken(string key) => Assert.Null(Check(key));

    [Fact]
    public void A_variable_is_held_to_the_same_where_it_names_a_section()
    {
        Assert.Equal("variables APPLIANCE_*: Models:Repositry is not a setting; did you mean 'Repository'?", CheckVariables("Models:Repositry"));
        Assert.Equal("variables APPLIANCE_*: Modles is not a setting; did you mean 'Models'?", CheckVariables("Modles:Repository"));
        Assert.Null(CheckVariables("Models:Repository", "FEATURES:STORE:MEMORYBYTES", "Client:ApiKeyFile", "SERVICE_HOST", "PORT_8000_TCP"));
    }

    private static string? CheckVariables(params string[] keys) => UnknownSettings.CheckVariables(
        "APPLIANCE_", new ConfigurationBuilder().AddInMemoryCollection(keys.Select(k => KeyValuePair.Create(k, (string?)"1"))).Build());

    private static string? Check(params string[] keys) =>
        UnknownSettings.Check("c.json", new ConfigurationBuilder().AddInMemoryCollection(keys.Select(k => KeyValuePair.Create(k, (string?)"1"))).Build());
}
