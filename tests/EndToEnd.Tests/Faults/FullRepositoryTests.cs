using System.Net;
using EndToEnd.Tests.Features.Faults;
using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;
using Grpc.Core;

namespace EndToEnd.Tests.Faults;

/// <summary>A full disk below the repository, the state folder or the temporary folder: the order is refused with a sentence, and what is served goes on.</summary>
public sealed class FullRepositoryTests
{
    private const int Megabytes = 8;

    [Fact]
    public async Task A_deployment_is_refused_and_leaves_nothing_behind()
    {
        await using var disk = await SmallDisk.MountAsync(Megabytes);
        var models = Directory.CreateDirectory(Path.Combine(disk.Path, "models")).FullName;
        await using var appliance = await StartAsync(models);
        Assert.True((await DeployAsync(appliance, 1, OnnxModels.Scale(1))).Status == HttpStatusCode.OK);

        disk.Fill();
        var refused = await DeployAsync(appliance, 2, OnnxModels.Mlp(0));
        Assert.True(refused.Status is HttpStatusCode.InternalServerError or HttpStatusCode.RequestEntityTooLarge, $"{refused.Status}: {refused.Body}");
        Assert.NotEmpty(refused.Body.GetProperty("message").GetString()!);
        Assert.Equal(1, await appliance.FactorAsync("scale"));
        Assert.Equal(["1"], await appliance.ReadyVersionsAsync("scale"));
        Assert.Equal(["scale"], Directory.EnumerateDirectories(models).Select(Path.GetFileName));

        disk.Empty();
        Assert.True((await DeployAsync(appliance, 3, OnnxModels.Scale(3))).Status == HttpStatusCode.OK);
        Assert.Equal(3, await appliance.FactorAsync("scale"));
    }

    [Fact]
    public async Task A_pin_and_a_split_that_cannot_be_kept_are_refused_and_not_in_force()
    {
        await using var disk = await SmallDisk.MountAsync(Megabytes);
        using var repository = new TemporaryRepository();
        foreach (var version in new[] { 1, 2 }) repository.AddVersion("scale", version, OnnxModels.Scale(version));
        var state = Directory.CreateDirectory(Path.Combine(disk.Path, "state")).FullName;
        await using var appliance = await StartAsync(repository.Path, ["--state-folder", state]);

        disk.Fill();
        var pin = await appliance.PostAsync("/api/models/scale/pin", """{"version":1}""");
        Assert.Equal(HttpStatusCode.InternalServerError, pin.Status);
        Assert.Contains("could not be kept on the disk", pin.Body.GetProperty("message").GetString());
        var split = await appliance.SendAsync(HttpMethod.Put, "/api/models/scale/traffic", Json("""{"arms":[{"version":1,"percent":100}],"author":"a","reason":"r"}"""));
        Assert.Equal(HttpStatusCode.InternalServerError, split.Status);
        Assert.Contains("could not be kept", split.Body.GetProperty("message").GetString());
        Assert.Equal(2, await appliance.FactorAsync("scale"));

        disk.Empty();
        Assert.Equal(HttpStatusCode.OK, (await appliance.PostAsync("/api/models/scale/pin", """{"version":1}""")).Status);
        Assert.Equal(1, await appliance.FactorAsync("scale"));
        await appliance.KillAsync();
        await using var again = await StartAsync(repository.Path, ["--state-folder", state]);
        Assert.Equal(1, await again.FactorAsync("scale"));
    }

    [Fact]
    public async Task Files_that_come_with_a_load_are_refused_where_they_cannot_be_written()
    {
        await using var disk = await SmallDisk.MountAsync(Megabytes);
        using var repository = new TemporaryRepository();
        repository.AddModel("scale", OnnxModels.Scale(2));
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings
        {
            Repository = repository.Path, ControlMode = "explicit", Flags = ["--load-model=*"], Environment = { ["TMPDIR"] = disk.Path },
        });
        disk.Fill();
        var request = new Contracts.Inference.RepositoryModelLoadRequest { ModelName = "new" };
        request.Parameters["config"] = new() { StringParam = "{}" };
        request.Parameters["file:1/model.onnx"] = new() { BytesParam = Google.Protobuf.ByteString.CopyFrom(OnnxModels.Mlp(0)) };
        var refusal = await ApplianceCalls.RefusalAsync(async () => await appliance.Inference.RepositoryModelLoadAsync(request, deadline: ApplianceCalls.Deadline));
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Contains("failed to load 'new': a file cannot be read or written", refusal.Detail);
        Assert.Equal(2, await appliance.FactorAsync("scale"));
        Assert.Empty(Directory.EnumerateDirectories(disk.Path, ".load-*"));

        disk.Empty();
        await appliance.Inference.RepositoryModelLoadAsync(request, deadline: ApplianceCalls.Deadline);
        Assert.Equal(["1"], await appliance.ReadyVersionsAsync("new"));
    }

    private static Task<ApplianceProcess> StartAsync(string repository, params string[] flags) =>
        ApplianceProcess.StartAsync(new ApplianceSettings { Repository = repository, ControlMode = "none", Flags = [.. flags] });

    private static Task<RestReply> DeployAsync(ApplianceProcess appliance, long version, byte[] onnx) => appliance.SendAsync(
        HttpMethod.Put, $"/api/models/scale/versions/{version}", new MultipartFormDataContent { { new ByteArrayContent(onnx), "file", "model.onnx" } });

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
