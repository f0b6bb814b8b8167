using System.Globalization;
using Microsoft.Extensions.Options;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>Names every setting of Kafka that cannot work, with its value and the rule; never a secret's value. Nothing is wrong while Kafka is off.</summary>
public sealed class KafkaOptionsValidator : IValidateOptions<KafkaOptions>
{
    private static readonly string[] Protocols = ["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"];
    private static readonly string[] Mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"];

    // What a topic's name may be (Kafka's own rule).
    private const int MaxTopicName = 249;

    public ValidateOptionsResult Validate(string? name, KafkaOptions options)
    {
        if (!options.IsOn) return ValidateOptionsResult.Success;
        var errors = new ValidateOptionsResultBuilder();
        CheckNames(errors, options);
        CheckSecurity(errors, options);
        CheckLimits(errors, options);
        foreach (var (key, value) in options.Properties)
        {
            if (KafkaProperties.Refusal(key) is not { } rule) continue;
            // What stands there may be a secret.
            errors.AddError($"{KafkaOptions.Section}:Properties:{key} is given ({value.Length} characters); it {rule}.");
        }
        return errors.Build();
    }

    private static void CheckNames(ValidateOptionsResultBuilder errors, KafkaOptions options)
    {
        foreach (var server in options.BootstrapServers.Split(','))
        {
            Require(errors, IsAddress(server.Trim()), nameof(options.BootstrapServers), options.BootstrapServers, $"must be host:port with commas between, and '{server.Trim()}' is not");
        }
        Require(errors, options.Topics.Length > 0, nameof(options.Topics), "", "must name at least one topic");
        for (var i = 0; i < options.Topics.Length; i++)
        {
            Require(errors, IsTopic(options.Topics[i]), $"{nameof(options.Topics)}:{i}", options.Topics[i], $"must be 1 to {MaxTopicName} letters, digits, '.', '_' or '-'");
            Require(errors, Array.IndexOf(options.Topics, options.Topics[i]) == i, $"{nameof(options.Topics)}:{i}", options.Topics[i], "must stand once");
        }
        Require(errors, options.GroupId.Length > 0, nameof(options.GroupId), options.GroupId, "must not be empty");
        Require(errors, options.ClientId.Length > 0, nameof(options.ClientId), options.ClientId, "must not be empty");
        if (options.DeadLetterTopic.Length == 0) return;
        Require(errors, IsTopic(options.DeadLetterTopic), nameof(options.DeadLetterTopic), options.DeadLetterTopic, $"must be 1 to {MaxTopicName} letters, digits, '.', '_' or '-'");
        Require(errors, !options.Topics.Contains(options.DeadLetterTopic), nameof(options.DeadLetterTopic), options.DeadLetterTopic, "must not be one of Topics: each letter would be refused again");
    }

    private static void CheckSecurity(ValidateOptionsResultBuilder errors, KafkaOptions options)
    {
        Require(errors, Protocols.Contains(options.SecurityProtocol), nameof(options.SecurityProtocol), options.SecurityProtocol, $"must be one of {string.Join(", ", Protocols)}");
        if (options.UsesSasl)
        {
            Require(errors, Mechanisms.Contains(options.SaslMechanism), nameof(options.SaslMechanism), options.SaslMechanism, $"must be one of {string.Join(", ", Mechanisms)}");
            Require(errors, options.SaslUser.Length > 0, nameof(options.SaslUser), options.SaslUser, "must not be empty with SASL");
            if (options.SaslPassword.Length > 0 == options.SaslPasswordFile.Length > 0)
            {
                errors.AddError($"{KafkaOptions.Section}:SaslPassword and SaslPasswordFile are {(options.SaslPassword.Length > 0 ? "both set" : "both empty")}; exactly one of them must be set with SASL.");
            }
        }
        else
        {
            Require(errors, options.SaslMechanism.Length == 0, nameof(options.SaslMechanism), options.SaslMechanism, "must be empty unless SecurityProtocol is sasl_plaintext or sasl_ssl");
        }
        (string Key, string Path)[] tls = [(nameof(options.CaFile), options.CaFile), (nameof(options.CertificateFile), options.CertificateFile), (nameof(options.KeyFile), options.KeyFile), (nameof(options.KeyPasswordFile), options.KeyPasswordFile)];
        foreach (var (key, path) in tls) Require(errors, path.Length == 0 || options.UsesTls, key, path, "must be empty unless SecurityProtocol is ssl or sasl_ssl");
        foreach (var (key, path) in tls.Append((nameof(options.SaslPasswordFile), options.SaslPasswordFile))) Require(errors, path.Length == 0 || File.Exists(path), key, path, "must be a file that exists");
        Require(errors, options.CertificateFile.Length > 0 == options.KeyFile.Length > 0, nameof(options.KeyFile), options.KeyFile, "must be set exactly where CertificateFile is");
        Require(errors, options.KeyPasswordFile.Length == 0 || options.KeyFile.Length > 0, nameof(options.KeyPasswordFile), options.KeyPasswordFile, "must be empty without KeyFile");
    }

    private static void CheckLimits(ValidateOptionsResultBuilder errors, KafkaOptions options)
    {
        CheckTime(errors, nameof(options.PollWait), options.PollWait, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        CheckTime(errors, nameof(options.SessionTimeout), options.SessionTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        CheckTime(errors, nameof(options.MaxPollInterval), options.MaxPollInterval, options.SessionTimeout, TimeSpan.FromDays(1));
        CheckTime(errors, nameof(options.LeaveTimeout), options.LeaveTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        CheckTime(errors, nameof(options.DeadLetterPatience), options.DeadLetterPatience, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Require(errors, options.PollEvents is >= 1 and <= 1_000_000, nameof(options.PollEvents), Text(options.PollEvents), "must be 1 to 1000000");
        // Up to librdkafka's own limit.
        Require(errors, options.FetchAheadKibibytes is >= 64 and <= 2_097_151, nameof(options.FetchAheadKibibytes), Text(options.FetchAheadKibibytes), "must be 64 to 2097151");
    }

    private static bool IsAddress(string server)
    {
        var colon = server.LastIndexOf(':');
        return colon > 0 && int.TryParse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535;
    }

    private static bool IsTopic(string name) =>
        name.Length is >= 1 and <= MaxTopicName && name is not ("." or "..") && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static void CheckTime(ValidateOptionsResultBuilder errors, string key, TimeSpan value, TimeSpan least, TimeSpan most) =>
        Require(errors, value >= least && value <= most, key, value.ToString(), $"must be {least} to {most}");

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Require(ValidateOptionsResultBuilder errors, bool holds, string key, string value, string rule)
    {
        if (!holds) errors.AddError($"{KafkaOptions.Section}:{key} is '{value}'; it {rule}.");
    }
}
