using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Lifecycle;

public sealed class StartTests
{
    // The web stack's own builders watch all that is below the working directory: of "/", that takes many seconds at the start.
    [Fact]
    public async Task A_process_watches_no_folder_of_the_machine()
    {
        using var repository = new TemporaryRepository();
        repository.AddModel("scale", OnnxModels.Scale(2));
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = repository.Path });
        var open = ProcessFigures.OpenFileKinds(appliance.Id);
        Assert.Contains("socket", open);
        Assert.DoesNotContain("inotify", open);
    }
}
