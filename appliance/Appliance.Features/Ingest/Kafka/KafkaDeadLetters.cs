using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using FeatureModel.Events;
using Microsoft.Extensions.Logging;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>
/// Dead letters as messages of a topic: the value as it came, and where and why in headers. A letter that the topic does not take in time goes to the files,
/// so that a broken topic never stops the store's checkpoints. Used by the ingest loop alone; the client reports on a thread of its own.
/// </summary>
internal sealed partial class KafkaDeadLetters : IDeadLetters, IDisposable
{
    /// <summary>How long one flush waits for the broker. 1 s: the loop stands still meanwhile, and a flush that is not done is tried again.</summary>
    private static readonly TimeSpan FlushWait = TimeSpan.FromSeconds(1);

    private readonly string _topic;
    private readonly IDeadLetters _files;
    private readonly ILogger _logger;
    private readonly IProducer<Null, byte[]> _producer;

    // Guards _failed and _sent.
    private readonly object _gate = new();
    private readonly List<(KafkaLetter Letter, string Reason)> _failed = [];
    private int _sent;

    /// <param name="options">Brokers and topic.</param>
    /// <param name="files">Takes what the topic does not.</param>
    /// <param name="logger">Told when a letter goes to the files.</param>
    public KafkaDeadLetters(KafkaOptions options, IDeadLetters files, ILogger logger)
    {
        _topic = options.DeadLetterTopic;
        _files = files;
        _logger = logger;
        try
        {
            var builder = new ProducerBuilder<Null, byte[]>(KafkaProperties.OfProducer(options));
            builder.SetLogHandler((_, line) => Log.Client(_logger, line.Facility, line.Message));
            _producer = builder.Build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw new EventSourceException($"Kafka's client refuses the settings of {KafkaOptions.Section}: {e.Message}", e);
        }
    }

    internal KafkaStatistics Statistics { get; init; } = new();

    public void Add(in PagedEvent refused, RefusalReason reason, string refusal)
    {
        // The page's memory is used again before the letter is on its way.
        var kept = refused with { Record = refused.Record.ToArray(), Raw = refused.Raw.ToArray() };
        var letter = new KafkaLetter(kept, reason, refusal);
        lock (_gate) _sent++;
        try
        {
            _producer.Produce(_topic, Message(letter), report => Reported(letter, report.Error));
        }
        catch (ProduceException<Null, byte[]> e)
        {
            Reported(letter, e.Error);
        }
    }

    public bool Flush()
    {
        (KafkaLetter Letter, string Reason)[] failed;
        lock (_gate)
        {
            var until = Environment.TickCount64 + (long)FlushWait.TotalMilliseconds;
            while (_sent > 0)
            {
                var rest = until - Environment.TickCount64;
                if (rest <= 0 || !Monitor.Wait(_gate, (int)rest)) break;
            }
            failed = [.. _failed];
            _failed.Clear();
        }
        foreach (var (letter, _) in failed) _files.Add(letter.Refused, letter.Reason, letter.Refusal);
        if (failed.Length > 0) Log.ToFile(_logger, failed.Length, _topic, failed[^1].Reason);
        var flushed = _files.Flush();
        lock (_gate) return flushed && _sent == 0 && _failed.Count == 0;
    }

    public void Dispose()
    {
        Flush();
        _producer.Dispose();
    }

    private void Reported(KafkaLetter letter, Error error)
    {
        if (!error.IsError) Statistics.CountTopicLetter();
        lock (_gate)
        {
            _sent--;
            if (error.IsError) _failed.Add((letter, error.Reason));
            Monitor.PulseAll(_gate);
        }
    }

    private static Message<Null, byte[]> Message(KafkaLetter letter) => new()
    {
        Value = Value(letter.Refused),
        Headers =
        [
            new Header("reason", Encoding.UTF8.GetBytes(letter.Reason.ToString())),
            new Header("refusal", Encoding.UTF8.GetBytes(letter.Refusal)),
            new Header("partition", Encoding.UTF8.GetBytes(letter.Refused.Partition)),
            new Header("offset", Encoding.UTF8.GetBytes(letter.Refused.Position.ToString(CultureInfo.InvariantCulture))),
        ],
    };

    // An event that could be read is written as it may be sent again.
    private static byte[] Value(in PagedEvent refused)
    {
        if (!EventRecord.TryParse(refused.Record.Span, out var record)) return refused.Raw.IsEmpty ? refused.Record.ToArray() : refused.Raw.ToArray();
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes)) EventJsonWriter.Write(json, record);
        return bytes.ToArray();
    }

    private static partial class Log
    {
        [LoggerMessage(KafkaEventIds.LetterToFile, LogLevel.Warning, "{Letters} dead letters went to files: the topic {Topic} did not take them: {Reason}")]
        public static partial void ToFile(ILogger logger, int letters, string topic, string reason);

        [LoggerMessage(KafkaEventIds.ClientLog, LogLevel.Debug, "Kafka's client, {Facility}: {Line}")]
        public static partial void Client(ILogger logger, string facility, string line);
    }
}
