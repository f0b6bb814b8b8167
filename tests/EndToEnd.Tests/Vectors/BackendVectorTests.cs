using System.Collections.Concurrent;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Vectors;

/// <summary>Every model of the ONNX backend test data, served: what the appliance answers is what the runtime answers without it.</summary>
public sealed class BackendVectorTests(ITestOutputHelper output)
{
    // What ONNX Runtime 1.31.1 does with this data on a CPU. Other figures mean that another runtime or other data was compared.
    private const int AnsweredByTheRuntime = 1580, NotCarried = 193, RefusedAtLoad = 167, RefusedTheInputs = 2;

    [Fact]
    public async Task Every_case_ends_as_it_does_in_the_runtime_itself()
    {
        var cases = BackendCases.ReadOrSkip();
        Assert.Equal("1.31.1", Yardstick.Version);
        using var repository = new TemporaryRepository();
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = repository.Path, ControlMode = "explicit" });
        var runner = new CaseRunner(appliance, repository);
        var verdicts = new ConcurrentBag<CaseRunner.Verdict>();
        await Parallel.ForEachAsync(
            cases, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (testCase, _) => verdicts.Add(await runner.RunAsync(testCase)));

        await appliance.AssertAliveAsync();
        var counts = verdicts.CountBy(v => v.End).ToDictionary();
        output.WriteLine($"ONNX Runtime {Yardstick.Version}, {cases.Count} cases: {string.Join(", ", counts.OrderBy(c => c.Key).Select(c => $"{c.Value} {c.Key}"))}");
        string[] wrong = [.. verdicts.Where(v => v.End == CaseEnd.Wrong).OrderBy(v => v.Case, StringComparer.Ordinal).Select(v => $"{v.Case}: {v.Detail}")];
        foreach (var line in wrong) output.WriteLine(line);
        Assert.Empty(wrong);
        Assert.Equal(1942, cases.Count);
        Assert.Equal(AnsweredByTheRuntime, counts.GetValueOrDefault(CaseEnd.Equal) + counts.GetValueOrDefault(CaseEnd.Random));
        Assert.Equal(NotCarried, counts.GetValueOrDefault(CaseEnd.NotCarried));
        Assert.Equal(RefusedAtLoad, counts.GetValueOrDefault(CaseEnd.RefusedAtLoad));
        Assert.Equal(RefusedTheInputs, counts.GetValueOrDefault(CaseEnd.RefusedTheInputs));
    }
}
