using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Lifecycle;

/// <summary>Calls of a model that multiplies: the factor in its answer says which version gave it.</summary>
internal static class ScaleCalls
{
    public static ModelInferRequest Request(string model, string version = "")
    {
        var request = InferMessages.Raw(model, TensorValue.OfFloats(OnnxModels.Input, [1, 4], 1, 2, 3, 4));
        request.ModelVersion = version;
        return request;
    }

    /// <summary>The factor by which the model multiplies now; fails the test if its elements do not agree.</summary>
    public static async Task<float> FactorAsync(this ApplianceProcess appliance, string model, string version = "")
    {
        var outputs = await appliance.OutputsAsync(Request(model, version));
        var values = Assert.Single(outputs).As<float>();
        Assert.Equal([values[0], 2 * values[0], 3 * values[0], 4 * values[0]], values);
        return values[0];
    }
}
