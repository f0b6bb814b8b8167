using System.Diagnostics;
using System.Globalization;
using Appliance.Features.Journal;

namespace Appliance.Features.Tests.Journal;

public sealed class KilledWriterTests
{
    private const int Seed = 9;
    private const int Kills = 4;

    [Fact]
    public void Whatever_was_acknowledged_before_a_kill_is_there_once_and_in_order()
    {
        using var bed = new JournalBed();
        var random = new Random(Seed);
        var acknowledged = -1L;
        for (var kill = 0; kill < Kills; kill++)
        {
            acknowledged = Math.Max(acknowledged, RunAndKill(bed.Folder, random.Next(50, 2000)));
            var journal = bed.Open(bed.Folder);
            var numbers = JournalBed.Numbers(journal);
            Assert.Equal(0, journal.Damages);
            journal.Dispose();
            Assert.True(numbers.SequenceEqual(Enumerable.Range(0, numbers.Count).Select(i => (long)i)), $"seed {Seed}, kill {kill}");
            Assert.True(numbers.Count > acknowledged, $"seed {Seed}, kill {kill}: {numbers.Count} records, {acknowledged} was acknowledged");
        }
    }

    /// <summary>What the child process of the test above does: appends until it is killed, and says which event became durable.</summary>
    [Fact(Explicit = true)]
    public async Task Writer()
    {
        using var bed = new JournalBed();
        var journal = bed.Open(Environment.GetEnvironmentVariable("KILLED_WRITER_FOLDER")!);
        var cancellation = TestContext.Current.CancellationToken;
        // All from the start again: what is there already is a duplicate. Several at a time, so that a kill meets commits under way.
        for (var first = 0; ; first += 5)
        {
            var last = 0L;
            for (var i = first; i < first + 5; i++) last = journal.Append(JournalBed.Record(i, i % 300)).Position;
            if (await journal.WaitDurableAsync(last, cancellation) != JournalOutcome.Ok) return;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"durable {first + 4}"));
        }
    }

    // Kills the child once it has acknowledged so many more lines; returns the last event that it acknowledged.
    private static long RunAndKill(string folder, int lines)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])[typeof(KilledWriterTests).Assembly.Location, "-noLogo", "-explicit", "only", "-method", "*.KilledWriterTests.Writer"])
            start.ArgumentList.Add(argument);
        start.Environment["KILLED_WRITER_FOLDER"] = folder;
        using var child = Process.Start(start)!;
        child.OutputDataReceived += (_, _) => { };
        child.BeginOutputReadLine();
        var acknowledged = -1L;
        try
        {
            while (lines > 0 && child.StandardError.ReadLine() is { } line) acknowledged = Take(line, acknowledged, ref lines);
            Assert.True(lines == 0, $"seed {Seed}: the writer ended by itself after event {acknowledged}");
        }
        finally
        {
            child.Kill();
            child.WaitForExit();
        }
        while (child.StandardError.ReadLine() is { } line) acknowledged = Take(line, acknowledged, ref lines);
        return acknowledged;
    }

    private static long Take(string line, long acknowledged, ref int lines)
    {
        if (!line.StartsWith("durable ", StringComparison.Ordinal) || !long.TryParse(line["durable ".Length..], CultureInfo.InvariantCulture, out var number)) return acknowledged;
        lines--;
        return number;
    }
}
