using System.Globalization;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Grpc;

/// <summary>
/// Short calls are answered on the thread that the system woke for their bytes. Handed over, each would wake a thread of the pool as well, which costs
/// several times what the call does and shows in no answer.
/// </summary>
public sealed class WokenThreadTests
{
    private const int Calls = 1_000;

    [Fact]
    public async Task The_thread_of_a_calls_socket_does_the_work_and_not_the_pool()
    {
        using var repository = new TemporaryRepository();
        repository.AddModel("mlp", OnnxModels.Mlp(0));
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = repository.Path });
        await CallAsync(appliance, 100);
        var (sockets, pool) = (Worked(appliance.Id, "sockets-"), Worked(appliance.Id, ".NET TP Worker"));
        await CallAsync(appliance, Calls);
        (sockets, pool) = (Worked(appliance.Id, "sockets-") - sockets, Worked(appliance.Id, ".NET TP Worker") - pool);
        Assert.True(sockets > pool, $"{Calls} calls took {sockets} ns of the sockets' threads and {pool} ns of the pool's");
    }

    // One after the other: none is gathered with another.
    private static async Task CallAsync(ApplianceProcess appliance, int calls)
    {
        var request = InferMessages.Raw("mlp", TensorValue.OfFloats(OnnxModels.Input, [1, 64], new float[64]));
        for (var i = 0; i < calls; i++) await appliance.InferAsync(request);
    }

    // Processor time of a process's threads whose names begin so, in nanoseconds: the first number of what the scheduler says of each.
    private static long Worked(int process, string name)
    {
        var worked = 0L;
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(thread, "comm")).StartsWith(name, StringComparison.Ordinal)) worked += long.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // The thread has ended meanwhile: one of the pool's that had nothing to do.
            }
        }
        return worked;
    }
}
