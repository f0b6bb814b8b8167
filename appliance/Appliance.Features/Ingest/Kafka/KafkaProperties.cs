using System.Globalization;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>The properties that librdkafka is given, from the settings. Pure but for the files that hold passwords.</summary>
internal static class KafkaProperties
{
    private static readonly string[] OfSettings =
    [
        "bootstrap.servers", "metadata.broker.list", "client.id", "security.protocol", "sasl.mechanism", "sasl.mechanisms", "sasl.username", "ssl.ca.location",
        "ssl.certificate.location", "ssl.key.location", "group.id", "group.instance.id", "session.timeout.ms", "max.poll.interval.ms", "queued.max.messages.kbytes",
        "message.timeout.ms", "delivery.timeout.ms",
    ];

    // With another value of these, events would be lost, or counted twice.
    private static readonly string[] OfReading =
    [
        "enable.auto.commit", "enable.auto.offset.store", "auto.offset.reset", "partition.assignment.strategy", "group.protocol", "enable.partition.eof",
        "enable.idempotence", "acks", "request.required.acks",
    ];

    private static readonly string[] SecretWords = ["password", "secret", ".pem", "oauthbearer.config", "client.assertion"];

    /// <summary>Why a property may not be given by name; null where it may.</summary>
    public static string? Refusal(string key)
    {
        if (key.StartsWith("dotnet.", StringComparison.Ordinal)) return "must be a property of librdkafka, not of its wrapper";
        if (SecretWords.Any(word => key.Contains(word, StringComparison.Ordinal))) return "must not be a secret: name a file by SaslPasswordFile, KeyFile or KeyPasswordFile";
        if (OfSettings.Contains(key)) return $"must be set by its own setting of {KafkaOptions.Section}";
        return OfReading.Contains(key) ? "must stay as the reader sets it: applying each event exactly once rests on it" : null;
    }

    public static Dictionary<string, string> OfConsumer(KafkaOptions options)
    {
        var properties = OfClient(options);
        properties["group.id"] = options.GroupId;
        if (options.GroupInstanceId.Length > 0) properties["group.instance.id"] = options.GroupInstanceId;
        properties["partition.assignment.strategy"] = "cooperative-sticky";
        properties["enable.auto.commit"] = "false";
        properties["enable.auto.offset.store"] = "false";
        // A position that is gone is told, never jumped over silently.
        properties["auto.offset.reset"] = "error";
        properties["session.timeout.ms"] = Milliseconds(options.SessionTimeout);
        properties["max.poll.interval.ms"] = Milliseconds(options.MaxPollInterval);
        properties["queued.max.messages.kbytes"] = options.FetchAheadKibibytes.ToString(CultureInfo.InvariantCulture);
        properties["dotnet.consumer.consume.result.fields"] = "timestamp,topic";
        return properties;
    }

    public static Dictionary<string, string> OfProducer(KafkaOptions options)
    {
        var properties = OfClient(options);
        // A letter may come twice, as it does anyway when its event is read again.
        properties["acks"] = "all";
        properties["message.timeout.ms"] = Milliseconds(options.DeadLetterPatience);
        return properties;
    }

    private static Dictionary<string, string> OfClient(KafkaOptions options)
    {
        var properties = new Dictionary<string, string>(options.Properties)
        {
            ["bootstrap.servers"] = options.BootstrapServers,
            ["client.id"] = options.ClientId,
            ["security.protocol"] = options.SecurityProtocol,
        };
        if (options.UsesSasl)
        {
            properties["sasl.mechanism"] = options.SaslMechanism;
            properties["sasl.username"] = options.SaslUser;
            properties["sasl.password"] = options.SaslPassword.Length > 0 ? options.SaslPassword : Secret(nameof(options.SaslPasswordFile), options.SaslPasswordFile);
        }
        if (options.CaFile.Length > 0) properties["ssl.ca.location"] = options.CaFile;
        if (options.CertificateFile.Length > 0)
        {
            properties["ssl.certificate.location"] = options.CertificateFile;
            properties["ssl.key.location"] = options.KeyFile;
        }
        if (options.KeyPasswordFile.Length > 0) properties["ssl.key.password"] = Secret(nameof(options.KeyPasswordFile), options.KeyPasswordFile);
        return properties;
    }

    private static string Secret(string key, string path)
    {
        using var lines = new StreamReader(path);
        return lines.ReadLine() is { Length: > 0 } secret
            ? secret
            : throw new EventSourceException($"{KafkaOptions.Section}:{key} is '{path}'; its first line must be the password, and it is empty.");
    }

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
