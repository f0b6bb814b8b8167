using Appliance.Features.Ingest;
using Appliance.Features.Ingest.Kafka;
using TestKit;

namespace Appliance.Features.Tests.Ingest.Kafka;

public sealed class KafkaDeadLettersTests
{
    private const int MessageTooLarge = 10;

    private readonly RecordingLogger<KafkaDeadLetters> _logger = new();

    [Fact]
    public void A_letter_that_the_topic_refuses_goes_to_the_files()
    {
        using var bed = new KafkaBed();
        bed.Cluster.CreateTopic("dead", 1);
        bed.Cluster.PushErrors(KafkaMockCluster.ProduceRequest, MessageTooLarge);
        using var folder = new TemporaryFolder();
        using var files = new FileDeadLetters(folder.Path, 1 << 20, 2, _logger);
        var options = bed.Options();
        options.DeadLetterTopic = "dead";
        using var letters = new KafkaDeadLetters(options, files, _logger);
        letters.Add(new PagedEvent("events/0", 4, 5, default, "no", "{"u8.ToArray()), RefusalReason.Malformed, "no");
        FlushWithin(letters);
        Assert.Contains("\"raw\":\"{\"", File.ReadAllText(Assert.Single(Directory.GetFiles(folder.Path))), StringComparison.Ordinal);
        Assert.Equal(1, _logger.Count(KafkaEventIds.LetterToFile));

        letters.Add(new PagedEvent("events/0", 5, 6, default, "no", "["u8.ToArray()), RefusalReason.Malformed, "no");
        FlushWithin(letters);
        Assert.Equal(1, _logger.Count(KafkaEventIds.LetterToFile));
        Assert.Equal("["u8.ToArray(), bed.Messages("dead", 1)[0].Value);
    }

    [Fact]
    public void A_topic_that_does_not_answer_holds_letters_back_and_then_lets_the_files_have_them()
    {
        using var bed = new KafkaBed();
        bed.Cluster.CreateTopic("dead", 1);
        bed.Cluster.SetBroker(1, isUp: false);
        using var folder = new TemporaryFolder();
        using var files = new FileDeadLetters(folder.Path, 1 << 20, 2, _logger);
        var options = bed.Options();
        (options.DeadLetterTopic, options.DeadLetterPatience) = ("dead", TimeSpan.FromSeconds(3));
        using var letters = new KafkaDeadLetters(options, files, _logger);
        letters.Add(new PagedEvent("events/0", 4, 5, default, "no", "{"u8.ToArray()), RefusalReason.Malformed, "no");
        Assert.False(letters.Flush());
        Assert.Empty(Directory.GetFiles(folder.Path));
        FlushWithin(letters);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    private static void FlushWithin(KafkaDeadLetters letters)
    {
        for (var until = Environment.TickCount64 + 60_000; !letters.Flush();) Assert.True(Environment.TickCount64 < until, "letters were not flushed within a minute");
    }
}
