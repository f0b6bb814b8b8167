using System.Net;
using System.Text;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Faults;

/// <summary>Half characters, in a name and in a value, are the caller's fault on every path that takes JSON.</summary>
public sealed class BrokenTextTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();

    public BrokenTextTests() => _repository.AddModel("scale", OnnxModels.Scale(2));

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task No_path_answers_it_with_a_fault_of_the_servers()
    {
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings
        {
            Repository = _repository.Path, ControlMode = "explicit", Flags = ["--load-model=*", "--features-folder", Path.Combine(_repository.Outside, "features")],
        });
        (HttpMethod Method, string Path, string Member)[] calls =
        [
            (HttpMethod.Post, "/v2/models/scale/infer", "id"), (HttpMethod.Post, "/api/predict/scale", "requestId"), (HttpMethod.Post, "/v2/repository/models/scale/load", "parameters"),
            (HttpMethod.Post, "/v2/repository/index", "ready"), (HttpMethod.Post, "/api/models/scale/pin", "version"), (HttpMethod.Put, "/api/models/scale/traffic", "author"),
            (HttpMethod.Post, "/api/models/scale/rollout", "author"), (HttpMethod.Post, "/api/events", "source"), (HttpMethod.Post, "/api/features", "features"),
            (HttpMethod.Post, "/api/feature-registry/apply", "author"), (HttpMethod.Post, "/api/features/verify", "since"), (HttpMethod.Post, "/get-online-features", "feature_service"),
            (HttpMethod.Post, "/push", "push_source_name"),
        ];
        foreach (var (method, path, member) in calls)
        {
            foreach (var body in new[] { """{"\udc00x":1}""", $$$"""{"{{{member}}}":"\udc00"}""", $$$"""{"{{{member}}}":"a","\ud83d":{}}""" })
            {
                using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
                using var response = await appliance.Http.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.True(response.StatusCode < HttpStatusCode.InternalServerError, $"{method} {path} {body}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            }
        }
        await appliance.AssertAliveAsync();
    }
}
