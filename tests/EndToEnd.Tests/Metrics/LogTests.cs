using System.Text;
using System.Text.Json;
using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Metrics;

/// <summary>The log: JSON, one object a line, and nothing of a request in it.</summary>
public sealed class LogTests : IDisposable
{
    private const string Marker = "k7-secret-marker-q2";
    private const long MarkedIndex = 7_204_915_338;

    private readonly TemporaryRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Every_line_is_an_object_and_none_holds_anything_of_a_request()
    {
        _repository.AddModel("strings", OnnxModels.Identity(DataType.String));
        _repository.AddModel("scale", OnnxModels.Scale(2));
        _repository.AddModel("picks", OnnxModels.Picks());
        _repository.AddModel("broken", [1, 2, 3]);
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path, Flags = ["--strict-readiness", "false"] });
        await SendMarkersAsync(appliance);
        // The runtime refuses the run, and its own words quote the index.
        var refused = await appliance.RefusalAsync(InferMessages.Raw("picks", TensorValue.Of("index", "INT64", [1], MarkedIndex)));
        Assert.Contains($"{MarkedIndex}", refused.Detail);
        await appliance.FactorAsync("scale");
        Assert.Equal(0, await appliance.StopAsync());
        await Eventually.BecomesTrueAsync(() => appliance.Log.Contains("Stopping"), TimeSpan.FromSeconds(10), "the log tells of the stop");

        var lines = appliance.Log.ToString().Split('\n');
        Assert.Contains(lines, l => l.Contains("is refused", StringComparison.Ordinal));
        foreach (var line in lines)
        {
            Assert.DoesNotContain(Marker, line);
            Assert.DoesNotContain($"{MarkedIndex}", line);
            var entry = JsonDocument.Parse(line).RootElement;
            Assert.True(entry.GetProperty("Timestamp").GetDateTime().Kind == DateTimeKind.Utc, line);
            foreach (var member in (string[])["LogLevel", "Category", "Message"]) Assert.Equal(JsonValueKind.String, entry.GetProperty(member).ValueKind);
            Assert.Equal(JsonValueKind.Number, entry.GetProperty("EventId").ValueKind);
        }
    }

    /// <summary>Requests good and bad that carry the marker wherever a request can carry text.</summary>
    private static async Task SendMarkersAsync(ApplianceProcess appliance)
    {
        var good = InferMessages.Raw("strings", TensorValue.OfStrings(OnnxModels.Input, [1, 1], Marker));
        good.Id = Marker;
        Assert.Equal(Marker, Encoding.UTF8.GetString(Assert.Single(Assert.Single(await appliance.OutputsAsync(good)).Strings())));

        var unknownModel = good.Clone();
        unknownModel.ModelName = Marker;
        var unknownInput = good.Clone();
        unknownInput.Inputs[0].Name = Marker;
        var unknownOutput = good.Clone().WithOutputs(Marker);
        var wrongDatatype = good.Clone();
        wrongDatatype.Inputs[0].Datatype = Marker;
        foreach (var bad in new[] { unknownModel, unknownInput, unknownOutput, wrongDatatype }) await appliance.RefusalAsync(bad);

        string[] paths = ["/v2/models/strings/infer", $"/v2/models/{Marker}/infer", $"/{Marker}", "/api/predict/strings", $"/v2/repository/models/{Marker}/load"];
        foreach (var path in paths)
        {
            foreach (var body in (string[])[$$"""{"id":"{{Marker}}","inputs":[{"name":"INPUT0","datatype":"BYTES","shape":[1,1],"data":["{{Marker}}"]}]}""", Marker])
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
                request.Headers.Add("x-marker", Marker);
                using var response = await appliance.Http.SendAsync(request);
            }
        }
    }
}
