using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Features.Ingest.Kafka;
using TestKit;

namespace Appliance.Features.Tests.Ingest.Kafka;

public sealed partial class KafkaOptionsValidatorTests
{
    private const string Password = "hunter2-of-the-broker";

    [Fact]
    public void Nothing_is_wrong_while_kafka_is_off() => Assert.Empty(Errors(new KafkaOptions { Topics = ["a b"], PollEvents = 0 }));

    [Fact]
    public void Brokers_and_topics_are_enough() => Assert.Empty(Errors(Valid()));

    [Fact]
    public void Every_error_is_told_at_once_with_key_value_and_rule()
    {
        var options = Valid();
        options.BootstrapServers = "one:9092,two";
        options.Topics = ["good", "not good", "good"];
        options.GroupId = "";
        options.DeadLetterTopic = "good";
        options.SecurityProtocol = "tls";
        options.PollEvents = 0;
        options.SessionTimeout = TimeSpan.FromMinutes(6);
        var errors = Errors(options);
        Assert.Equal(8, errors.Count);
        Assert.Contains("Features:Kafka:BootstrapServers is 'one:9092,two'; it must be host:port with commas between, and 'two' is not.", errors);
        Assert.Contains("Features:Kafka:Topics:1 is 'not good'; it must be 1 to 249 letters, digits, '.', '_' or '-'.", errors);
        Assert.Contains("Features:Kafka:Topics:2 is 'good'; it must stand once.", errors);
        Assert.Contains("Features:Kafka:MaxPollInterval is '00:05:00'; it must be 00:06:00 to 1.00:00:00.", errors);
        Assert.Contains("Features:Kafka:PollEvents is '0'; it must be 1 to 1000000.", errors);
    }

    [Fact]
    public void Sasl_needs_a_mechanism_a_user_and_exactly_one_password()
    {
        var options = Valid();
        options.SecurityProtocol = "sasl_ssl";
        Assert.Equal(3, Errors(options).Count);
        (options.SaslMechanism, options.SaslUser, options.SaslPassword) = ("SCRAM-SHA-512", "appliance", Password);
        Assert.Empty(Errors(options));
        options.SaslPasswordFile = typeof(KafkaOptionsValidatorTests).Assembly.Location;
        Assert.Contains("both set", Assert.Single(Errors(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_must_exist_and_belong_to_the_protocol()
    {
        var options = Valid();
        (options.CaFile, options.CertificateFile) = ("/no/such/ca.pem", "/no/such/client.pem");
        var errors = Errors(options);
        Assert.Contains("Features:Kafka:CaFile is '/no/such/ca.pem'; it must be empty unless SecurityProtocol is ssl or sasl_ssl.", errors);
        Assert.Contains("Features:Kafka:CertificateFile is '/no/such/client.pem'; it must be a file that exists.", errors);
        Assert.Contains("Features:Kafka:KeyFile is ''; it must be set exactly where CertificateFile is.", errors);
    }

    [Theory]
    [InlineData("sasl.password")]
    [InlineData("ssl.key.pem")]
    [InlineData("enable.auto.commit")]
    [InlineData("group.id")]
    [InlineData("dotnet.cancellation.delay.max.ms")]
    public void A_property_that_a_setting_decides_or_that_is_secret_is_refused_without_its_value(string key)
    {
        var options = Valid();
        options.Properties[key] = Password;
        var error = Assert.Single(Errors(options));
        Assert.StartsWith($"Features:Kafka:Properties:{key} is given", error, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_is_in_no_settings_that_are_printed()
    {
        var options = Valid();
        options.SaslPassword = Password;
        Assert.DoesNotContain(Password, JsonSerializer.Serialize(options, PrintedJsonContext.Default.KafkaOptions), StringComparison.Ordinal);
    }

    [Fact]
    public void The_client_is_given_what_the_settings_say_and_the_password_out_of_its_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["password"], Password + "\n");
        var options = Valid();
        (options.SecurityProtocol, options.SaslMechanism, options.SaslUser, options.SaslPasswordFile) = ("sasl_ssl", "SCRAM-SHA-256", "u", folder["password"]);
        (options.CaFile, options.GroupInstanceId) = (folder["ca.pem"], "appliance-1");
        options.Properties["fetch.wait.max.ms"] = "7";
        var properties = KafkaProperties.OfConsumer(options);
        Assert.Equal(Password, properties["sasl.password"]);
        Assert.Equal("sasl_ssl", properties["security.protocol"]);
        Assert.Equal("SCRAM-SHA-256", properties["sasl.mechanism"]);
        Assert.Equal(folder["ca.pem"], properties["ssl.ca.location"]);
        Assert.Equal("appliance-1", properties["group.instance.id"]);
        Assert.Equal("7", properties["fetch.wait.max.ms"]);
        Assert.Equal("false", properties["enable.auto.commit"]);
        Assert.Equal("30000", KafkaProperties.OfProducer(options)["message.timeout.ms"]);
    }

    private static KafkaOptions Valid() => new() { BootstrapServers = "one:9092, two:9092", Topics = ["events"] };

    private static List<string> Errors(KafkaOptions options) => [.. new KafkaOptionsValidator().Validate(null, options).Failures ?? []];

    [JsonSerializable(typeof(KafkaOptions))]
    private sealed partial class PrintedJsonContext : JsonSerializerContext;
}
