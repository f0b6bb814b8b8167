using System.Net;
using System.Net.Sockets;
using System.Text;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Tests.Rest.Deployment;

/// <summary>Deployments by REST: what is taken, and what is refused without a trace.</summary>
public sealed class DeployEndpointTests
{
    private const string Path = "/api/models/m/versions/2";

    [Fact]
    public async Task Files_and_configuration_come_into_the_repository()
    {
        await using var host = await DeploymentHost.StartAsync();
        host.Lifecycle.Result = new AdminResult(ScoreStatus.Ok, Version: 2, PreviousVersion: 1);
        var (status, body) = await host.PutAsync(Path, ("file", "model.onnx", "graph"), ("config", "config.pbtxt", "name: \"m\""), ("file", "data/w.bin", "weights"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"model":"m","version":2,"previousVersion":1,"grpcPort":8123}""", body.GetProperty("data").GetRawText());
        Assert.Equal(["deploy m 2"], host.Lifecycle.Calls);
        Assert.Equal(["m/2/data/w.bin", "m/2/model.onnx", "m/config.pbtxt"], host.Files());
        Assert.Equal("graph", File.ReadAllText(System.IO.Path.Combine(host.Repository, "m/2/model.onnx")));
    }

    [Theory]
    [InlineData("?canry=1", "canry", "canry is not a parameter of a deployment; its parameters are canary, author, reason")]
    [InlineData("?canary=1&canary=2", "canary", "canary is given twice")]
    [InlineData("?canary=", "canary", "canary is ''; it must be above 0 and below 100, in steps of 0.01")]
    [InlineData("?canary=100", "canary", "canary is '100'; it must be above 0")]
    [InlineData("?reason=why", "reason", "reason goes with canary, which is missing")]
    [InlineData("?canary=1", "canary", "canary is 1, and model 'new' has no version that answers the rest")]
    public async Task A_share_that_is_none_is_refused_before_anything_is_written(string query, string field, string message)
    {
        await using var host = await DeploymentHost.StartAsync();
        var (status, body) = await host.PutAsync("/api/models/new/versions/1" + query, ("file", "model.onnx", "graph"));
        Assert.Equal((HttpStatusCode.BadRequest, field), (status, body.GetProperty("field").GetString()));
        Assert.StartsWith(message, body.GetProperty("message").GetString());
        Assert.Empty(host.Files());
        Assert.Empty(host.Lifecycle.Calls);
    }

    [Fact]
    public async Task What_the_lifecycle_refuses_is_taken_out_again()
    {
        await using var host = await DeploymentHost.StartAsync();
        host.Lifecycle.Result = new AdminResult(ScoreStatus.InvalidArgument, "failed to load 'm'");
        var (status, body) = await host.PutAsync(Path, ("file", "model.onnx", "graph"));
        Assert.Equal((HttpStatusCode.BadRequest, "failed to load 'm'"), (status, body.GetProperty("message").GetString()));
        Assert.Empty(host.Files());
    }

    [Fact]
    public async Task A_packed_form_is_refused_without_a_trace()
    {
        await using var host = await DeploymentHost.StartAsync();
        using var form = new MultipartFormDataContent { { new StringContent("graph"), "file", "model.onnx" } };
        form.Headers.ContentEncoding.Add("gzip");
        var (status, body) = await host.SendAsync(HttpMethod.Put, Path, form);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Equal("Content-Encoding is 'gzip'; files go to the disk as they are sent, so it must be left out", body.GetProperty("message").GetString());
        Assert.Empty(host.Files());
    }

    [Theory]
    [InlineData("file", "../../escaped", "file is '../../escaped'; ")]
    [InlineData("file", "/etc/escaped", "file is '/etc/escaped'; a path must be relative to the folder")]
    [InlineData("file", "", "file is ''; a path cannot be empty")]
    [InlineData("other", "x", "'other' is no part of a deployment; ")]
    public async Task A_wrong_part_is_refused_without_a_trace(string name, string file, string message)
    {
        await using var host = await DeploymentHost.StartAsync();
        var (status, body) = await host.PutAsync(Path, ("file", "model.onnx", "graph"), (name, file, "x"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(message, body.GetProperty("message").GetString());
        Assert.Equal(name, body.GetProperty("field").GetString());
        Assert.Empty(host.Files());
        Assert.Empty(host.Lifecycle.Calls);
        Assert.Empty(Directory.EnumerateFileSystemEntries(host.Repository));
    }

    [Theory]
    [InlineData("/api/models/m/versions/0", "version is '0'; a version is at least 1")]
    [InlineData("/api/models/m/versions/x", "version is 'x'; a version is a whole number")]
    [InlineData("/api/models/.m/versions/1", "modelName is '.m'; a model's name does not start with a dot")]
    [InlineData("/api/models/a%2Fb/versions/1", "modelName is 'a%2Fb'; ")]
    [InlineData("/api/models/a%5Cb/versions/1", "modelName is 'a\\b'; a name cannot have / or \\ in it")]
    public async Task A_wrong_name_or_version_is_refused(string path, string message)
    {
        await using var host = await DeploymentHost.StartAsync();
        var (status, body) = await host.PutAsync(path, ("file", "model.onnx", "graph"));
        Assert.SkipWhen(path.Contains("%2F") && status == HttpStatusCode.OK, "an encoded slash is part of a name here");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(message, body.GetProperty("message").GetString());
        Assert.Empty(host.Files());
    }

    [Fact]
    public async Task More_than_is_allowed_is_refused_by_its_announced_and_by_its_real_size()
    {
        await using var host = await DeploymentHost.StartAsync(maxUploadMegabytes: 1);
        var (status, body) = await host.PutAsync(Path, ("file", "model.onnx", new string('x', 2 << 20)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("the files are larger than the 1048576 bytes that Models:MaxUploadMegabytes allows", body.GetProperty("message").GetString());
        (status, _) = await host.PutAsync(Path, ("file", "model.onnx", new string('x', (1 << 20) + 100)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        (status, _) = await host.PutAsync(Path, ("file", "model.onnx", "x"), ("config", "c", new string('x', (1 << 20) - 10)));
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task A_configuration_is_given_once()
    {
        await using var host = await DeploymentHost.StartAsync();
        var (status, body) = await host.PutAsync(Path, ("config", "c", "a"), ("config", "c", "b"));
        Assert.Equal((HttpStatusCode.BadRequest, "config is given twice"), (status, body.GetProperty("message").GetString()));
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=b", "no boundary in here")]
    public async Task What_is_no_form_is_refused(string type, string content)
    {
        await using var host = await DeploymentHost.StartAsync();
        var body = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
        body.Headers.TryAddWithoutValidation("Content-Type", type);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.SendAsync(HttpMethod.Put, Path, body)).Status);
        Assert.Empty(host.Lifecycle.Calls);
    }

    [Fact]
    public async Task A_caller_who_hangs_up_half_way_leaves_nothing()
    {
        await using var host = await DeploymentHost.StartAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync("127.0.0.1", host.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
            var head = $"PUT {Path} HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"model.onnx\"\r\n\r\nhalf";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
            // Once the upload's folder is there the call is inside.
            while (!Directory.EnumerateFileSystemEntries(host.Repository).Any()) await Task.Yield();
        }
        while (Directory.EnumerateFileSystemEntries(host.Repository).Any()) await Task.Yield();
        Assert.Empty(host.Lifecycle.Calls);
    }

    [Fact]
    public async Task A_model_is_shown_with_the_versions_that_nobody_loads()
    {
        await using var host = await DeploymentHost.StartAsync();
        await host.PutAsync("/api/models/m/versions/1", ("file", "model.onnx", "one"));
        await host.PutAsync("/api/models/m/versions/2", ("file", "model.onnx", "two"));
        host.Lifecycle.Versions.Add(new ModelVersionStatus("m", 2, ModelState.Ready, "", Routed: true, Pinned: false));
        var (_, body) = await host.SendAsync(HttpMethod.Get, "/api/models/m");
        Assert.Equal(
            """[{"model":"m","version":1,"state":"DISCOVERED","reason":"","routed":false,"pinned":false},{"model":"m","version":2,"state":"READY","reason":"","routed":true,"pinned":false}]""",
            body.GetProperty("data").GetRawText());
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(HttpMethod.Get, "/api/models/nobody")).Status);
    }

    [Fact]
    public async Task Deleting_is_passed_on()
    {
        await using var host = await DeploymentHost.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Delete, Path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Delete, "/api/models/m")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.SendAsync(HttpMethod.Delete, "/api/models/m/versions/x")).Status);
        Assert.Equal(["delete m 2", "delete m 0"], host.Lifecycle.Calls);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await host.SendAsync(HttpMethod.Post, Path)).Status);
    }
}
