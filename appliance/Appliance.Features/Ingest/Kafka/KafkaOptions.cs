using System.Text.Json.Serialization;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>Settings of Kafka as the event source. One of them switches it on: without <see cref="BootstrapServers"/> the embedded journal is the source.</summary>
public sealed class KafkaOptions
{
    public const string Section = "Features:Kafka";

    /// <summary>Brokers to begin with, as host:port with commas between. Empty: Kafka is off.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>Topics whose messages are events.</summary>
    public string[] Topics { get; set; } = [];

    /// <summary>The consumer group. Appliances of one group share the topics' partitions; of different groups, each reads all of them.</summary>
    public string GroupId { get; set; } = "appliance";

    /// <summary>This appliance's fixed name in its group: its partitions wait for it through a restart. Empty: it joins anew each time.</summary>
    public string GroupInstanceId { get; set; } = "";

    /// <summary>The name under which brokers log this client.</summary>
    public string ClientId { get; set; } = "appliance";

    /// <summary>One of plaintext, ssl, sasl_plaintext, sasl_ssl.</summary>
    public string SecurityProtocol { get; set; } = "plaintext";

    /// <summary>One of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512; empty without SASL.</summary>
    public string SaslMechanism { get; set; } = "";

    public string SaslUser { get; set; } = "";

    /// <summary>The password itself. Left out wherever settings are printed.</summary>
    [JsonIgnore]
    public string SaslPassword { get; set; } = "";

    /// <summary>A file whose first line is the password.</summary>
    public string SaslPasswordFile { get; set; } = "";

    /// <summary>Certificates (PEM) of those who may vouch for the brokers. Empty: the system's.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>This client's certificate (PEM), for brokers that ask for one.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The private key (PEM) of <see cref="CertificateFile"/>.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>A file whose first line is the password of <see cref="KeyFile"/>; empty for a key without one.</summary>
    public string KeyPasswordFile { get; set; } = "";

    /// <summary>Topic for events that can never be applied. Empty: they go to files.</summary>
    public string DeadLetterTopic { get; set; } = "";

    /// <summary>How long a dead letter may take to its topic before it goes to a file. 30 s: a broker's restart.</summary>
    public TimeSpan DeadLetterPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a read waits for messages before it returns without any. 100 ms: checkpoints and compaction fall due at this grain.</summary>
    public TimeSpan PollWait { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Messages that are read together at most. 5,000: 50 ms of work at 100,000 events a second, half of <see cref="PollWait"/>.</summary>
    public int PollEvents { get; set; } = 5_000;

    /// <summary>KiB of messages that are fetched ahead at most. 65,536: librdkafka's own default, some 300,000 events.</summary>
    public int FetchAheadKibibytes { get; set; } = 65_536;

    /// <summary>Silence after which the group gives this appliance's partitions away. 45 s: Kafka's own default.</summary>
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Time without a read after which partitions are given away, as when a full disk stops the store. 5 minutes: Kafka's own default.</summary>
    public TimeSpan MaxPollInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long leaving the group may take at a stop. 10 s: a third of what Kubernetes grants a container.</summary>
    public TimeSpan LeaveTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Further properties of librdkafka, by its own names; none that a setting above or the reading itself decides, and no secrets.</summary>
    public Dictionary<string, string> Properties { get; set; } = [];

    /// <summary>Whether Kafka is the event source.</summary>
    internal bool IsOn => BootstrapServers.Length > 0;

    internal bool UsesSasl => SecurityProtocol.StartsWith("sasl_", StringComparison.Ordinal);

    internal bool UsesTls => SecurityProtocol.EndsWith("ssl", StringComparison.Ordinal);
}
