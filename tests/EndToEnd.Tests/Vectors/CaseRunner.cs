using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Vectors;

/// <summary>Serves one backend case after the other by the appliance and says how each ended. Thread-safe.</summary>
internal sealed class CaseRunner(ApplianceProcess appliance, TemporaryRepository repository)
{
    /// <param name="Detail">What is wrong or why it was refused.</param>
    internal readonly record struct Verdict(string Case, CaseEnd End, string Detail);

    public async Task<Verdict> RunAsync(BackendCase testCase)
    {
        repository.AddModel(testCase.ModelName, testCase.Model);
        try
        {
            var refusal = await LoadAsync(testCase.ModelName);
            var (end, detail) = testCase.NotCarried() is { } reason
                ? refusal is null ? (CaseEnd.Wrong, $"was loaded although {reason}") : (CaseEnd.NotCarried, reason)
                : await CompareAsync(testCase, refusal);
            return new Verdict(testCase.Name, end, detail);
        }
        catch (RpcException e)
        {
            return new Verdict(testCase.Name, CaseEnd.Wrong, $"{e.StatusCode}: {e.Status.Detail}");
        }
        finally
        {
            repository.RemoveModel(testCase.ModelName);
        }
    }

    private async Task<(CaseEnd End, string Detail)> CompareAsync(BackendCase testCase, string? refusal)
    {
        var inputs = testCase.Inputs();
        var yardstick = Yardstick.Run(testCase.Model, inputs);
        if (yardstick.End == YardstickEnd.RefusedAtLoad)
        {
            return refusal is null ? (CaseEnd.Wrong, $"was loaded although the runtime refuses it: {yardstick.Message}") : (CaseEnd.RefusedAtLoad, refusal);
        }
        if (refusal is not null) return (CaseEnd.Wrong, $"was not loaded: {refusal}");
        var difference = await DifferenceAsync(InferMessages.Raw(testCase.ModelName, inputs), yardstick);
        if (difference is null && inputs.All(i => TypedForm.Exists(i.Datatype)))
        {
            difference = await DifferenceAsync(InferMessages.Typed(testCase.ModelName, inputs), yardstick);
        }
        await appliance.Inference.RepositoryModelUnloadAsync(new RepositoryModelUnloadRequest { ModelName = testCase.ModelName });
        if (difference is null) return (yardstick.End == YardstickEnd.Answered ? CaseEnd.Equal : CaseEnd.RefusedTheInputs, yardstick.Message);
        var again = Yardstick.Run(testCase.Model, inputs);
        return TensorDifference.Between(yardstick.Outputs, again.Outputs) is { } random ? (CaseEnd.Random, random) : (CaseEnd.Wrong, difference);
    }

    /// <summary>How the answer differs from the runtime's; null when it does not.</summary>
    private async Task<string?> DifferenceAsync(ModelInferRequest request, Yardstick yardstick)
    {
        try
        {
            var response = await appliance.Inference.ModelInferAsync(request, deadline: DateTime.UtcNow.AddSeconds(60));
            return yardstick.End == YardstickEnd.Answered
                ? TensorDifference.Between(yardstick.Outputs, InferMessages.Outputs(response))
                : $"was answered although the runtime refuses the inputs: {yardstick.Message}";
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.InvalidArgument or StatusCode.Internal)
        {
            return yardstick.End == YardstickEnd.Answered ? $"{e.StatusCode}: {e.Status.Detail}" : null;
        }
    }

    /// <summary>Why the load was refused; null when it was not.</summary>
    private async Task<string?> LoadAsync(string model)
    {
        try
        {
            await appliance.Inference.RepositoryModelLoadAsync(new RepositoryModelLoadRequest { ModelName = model }, deadline: DateTime.UtcNow.AddSeconds(120));
            return null;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.InvalidArgument)
        {
            return e.Status.Detail;
        }
    }
}
