using System.Net;
using System.Text;
using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Rest;

/// <summary>The classification extension with a file of labels, as a Triton repository has it.</summary>
public sealed class ClassificationTests
{
    private const string Model = "scale";

    [Fact]
    public async Task An_outputs_highest_values_come_with_the_labels_of_its_file()
    {
        using var repository = new TemporaryRepository();
        repository.AddModel(Model, OnnxModels.Scale(2));
        File.WriteAllText(Path.Combine(repository.ModelPath(Model), "labels.txt"), "cat\ndog\n狐\n");
        repository.WriteConfig(Model, $$"""
            max_batch_size: 8
            input { name: "{{OnnxModels.Input}}" data_type: TYPE_FP32 dims: 4 }
            output { name: "{{OnnxModels.Output}}" data_type: TYPE_FP32 dims: 4 label_filename: "labels.txt" }
            """);
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = repository.Path });
        using var content = new StringContent($$$"""
            {"inputs":[{"name":"{{{OnnxModels.Input}}}","shape":[2,4],"datatype":"FP32","data":[1,2,3,4,0.5,0.25,-1,-2]}],
             "outputs":[{"name":"{{{OnnxModels.Output}}}","parameters":{"classification":2}}]}
            """);
        using var response = await appliance.Http.PostAsync($"/v2/models/{Model}/infer", content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("""["8.000000:3","6.000000:2:狐","1.000000:0:cat","0.500000:1:dog"]""", await response.Content.ReadAsStringAsync());

        var request = InferMessages.Raw(Model, TensorValue.OfFloats(OnnxModels.Input, [1, 4], [1, 9, 3, 4]));
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = OnnxModels.Output, Parameters = { ["classification"] = new InferParameter { Int64Param = 1 } } });
        var answer = await appliance.Inference.ModelInferAsync(request, deadline: ApplianceCalls.Deadline);
        Assert.Equal(("BYTES", "18.000000:1:dog"), (answer.Outputs[0].Datatype, Encoding.UTF8.GetString(answer.RawOutputContents[0].Span[4..])));
        Assert.Contains("classification", (await appliance.Inference.ServerMetadataAsync(new(), deadline: ApplianceCalls.Deadline)).Extensions);
    }
}
