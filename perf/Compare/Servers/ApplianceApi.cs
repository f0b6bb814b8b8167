using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Compare.Servers;

/// <summary>The few REST calls that measuring an appliance takes. Stateless.</summary>
internal static class ApplianceApi
{
    public static HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });

    public static async Task<ModelCounts> CountsAsync(ServerProcess server, string model) =>
        ModelCounts.Parse(await Http.GetStringAsync(new Uri(server.Http, $"/v2/models/{model}/stats")));

    public static async Task<double> AllocatedBytesAsync(ServerProcess server) =>
        MetricsPage.Sum(await Http.GetStringAsync(new Uri(server.Metrics, "/metrics")), MetricsPage.AllocatedBytes);

    public static Task LoadAsync(ServerProcess server, string model) => OrderAsync(server, model, "load");

    public static Task UnloadAsync(ServerProcess server, string model) => OrderAsync(server, model, "unload");

    private static async Task OrderAsync(ServerProcess server, string model, string order)
    {
        using var empty = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(new Uri(server.Http, $"/v2/repository/models/{model}/{order}"), empty);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"The {order} of {model} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    /// <summary>One inference: the version that answered and its first output value.</summary>
    public static async Task<(string Version, float Score)> InferAsync(ServerProcess server, string model, byte[] json)
    {
        using var body = new ByteArrayContent(json) { Headers = { ContentType = new("application/json") } };
        using var response = await Http.PostAsync(new Uri(server.Http, $"/v2/models/{model}/infer"), body);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return response.IsSuccessStatusCode
            ? (answer.GetProperty("model_version").GetString()!, answer.GetProperty("outputs")[0].GetProperty("data")[0].GetSingle())
            : throw new InvalidOperationException($"Inference on {model} answered {(int)response.StatusCode}: {answer}");
    }
}
