using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Triton;

/// <summary>
/// Triton's L0_infer, L0_infer_variable and L0_infer_reshape, each case under the letters of its datatypes there: every answer equals what the test
/// works out, over both transports and in both forms.
/// </summary>
public sealed class TritonInferTests(TritonMatrix matrix) : IClassFixture<TritonMatrix>
{
    public static TheoryData<string> Fixed => new(TritonMatrix.Fixed);
    public static TheoryData<string> Variable => new(TritonMatrix.Variable);

    // 16-bit floats have no typed form.
    public static TheoryData<string> WithTypedForm => new(TritonMatrix.Fixed.Where(l => l[0] != 'h'));

    [Theory, MemberData(nameof(Fixed))]
    public Task Raw(string letters) => AnswersAsync(letters, variable: false, (model, inputs) => OverGrpcAsync(InferMessages.Raw(model, inputs)), 1, 8);

    [Theory, MemberData(nameof(Variable))]
    public Task Raw_variable(string letters) => AnswersAsync(letters, variable: true, (model, inputs) => OverGrpcAsync(InferMessages.Raw(model, inputs)), 1, 8);

    [Theory, MemberData(nameof(WithTypedForm))]
    public Task Typed(string letters) => AnswersAsync(letters, variable: false, (model, inputs) => OverGrpcAsync(InferMessages.Typed(model, inputs)), 1, 3);

    [Theory, MemberData(nameof(Fixed))]
    public Task Http_json(string letters) => AnswersAsync(
        letters, variable: false, (model, inputs) => OverRestAsync(model, inputs.Aggregate(new InferBody(), (body, input) => body.WithFlat(input))), 1, 3);

    [Theory, MemberData(nameof(Fixed))]
    public Task Http_binary(string letters) => AnswersAsync(
        letters, variable: false, (model, inputs) => OverRestAsync(model, inputs.Aggregate(new InferBody(), (body, input) => body.WithBinary(input)).WithBinaryOutputs()), 1, 8);

    [Theory, MemberData(nameof(Variable))]
    public Task Http_binary_variable(string letters) => AnswersAsync(
        letters, variable: true, (model, inputs) => OverRestAsync(model, inputs.Aggregate(new InferBody(), (body, input) => body.WithBinary(input)).WithBinaryOutputs()), 1, 8);

    /// <summary>Either output alone, and both in the other order.</summary>
    [Theory, MemberData(nameof(Fixed))]
    public async Task Mix(string letters)
    {
        foreach (var asked in new[] { new[] { OnnxModels.Output }, [OnnxModels.SecondOutput], [OnnxModels.SecondOutput, OnnxModels.Output] })
        {
            var (inputs, expected) = Case(letters, [2, TritonMatrix.Width]);
            var outputs = await OverGrpcAsync(InferMessages.Raw(letters, inputs).WithOutputs(asked));
            Equal([.. asked.Select(name => expected.Single(e => e.Name == name))], outputs);
        }
    }

    [Theory]
    [InlineData("ff1", 'f', new long[] { 1 })]
    [InlineData("ff2", 'f', new long[] { 2, 4 })]
    [InlineData("ff3", 'f', new long[] { 4, 4, 2 })]
    [InlineData("ff4", 'f', new long[] { 1, 1 })]
    [InlineData("ii1", 'i', new long[] { 2, 4 })]
    [InlineData("oo1", 'o', new long[] { 4 })]
    public async Task Reshape(string name, char letter, long[] dims)
    {
        foreach (var rows in new[] { 1, 3, 8 })
        {
            long[] shape = [rows, .. dims];
            var input = TritonMatrix.Tensor(letter, OnnxModels.Input, shape, [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b))]);
            Equal([input with { Name = OnnxModels.Output }], await OverGrpcAsync(InferMessages.Raw($"reshape_{name}", input)));
            Equal([input with { Name = OnnxModels.Output }], await OverRestAsync($"reshape_{name}", new InferBody().WithBinary(input)));
        }
    }

    private static async Task AnswersAsync(string letters, bool variable, Func<string, TensorValue[], Task<IReadOnlyList<TensorValue>>> send, params int[] rows)
    {
        foreach (var count in rows)
        {
            foreach (var dims in variable ? new long[][] { [2, 4], [16, 1], [1, 1] } : [[TritonMatrix.Width]])
            {
                var (inputs, expected) = Case(letters, [count, .. dims]);
                Equal(expected, await send(TritonMatrix.ModelOf(letters, variable), inputs));
            }
        }
    }

    /// <summary>Values whose sums and differences every datatype holds.</summary>
    private static (TensorValue[] Inputs, TensorValue[] Expected) Case(string letters, long[] shape)
    {
        var count = (int)shape.Aggregate((a, b) => a * b);
        int[] first = [.. Enumerable.Range(0, count).Select(i => 20 + (i % 40))];
        int[] second = [.. Enumerable.Range(0, count).Select(i => i * 7 % 19)];
        return (
            [TritonMatrix.Tensor(letters[0], OnnxModels.Input, shape, first), TritonMatrix.Tensor(letters[0], OnnxModels.SecondInput, shape, second)],
            [
                TritonMatrix.Tensor(letters[1], OnnxModels.Output, shape, [.. first.Zip(second, (a, b) => a + b)]),
                TritonMatrix.Tensor(letters[2], OnnxModels.SecondOutput, shape, [.. first.Zip(second, (a, b) => a - b)]),
            ]);
    }

    private async Task<IReadOnlyList<TensorValue>> OverGrpcAsync(ModelInferRequest request) => await (await matrix.StartedAsync()).OutputsAsync(request);

    private async Task<IReadOnlyList<TensorValue>> OverRestAsync(string model, InferBody body) => (await (await matrix.StartedAsync()).InferAsync(model, body)).Outputs();

    private static void Equal(IReadOnlyList<TensorValue> expected, IReadOnlyList<TensorValue> outputs)
    {
        Assert.Equal(expected.Select(e => e.ToString()), outputs.Select(o => o.ToString()));
        foreach (var (wanted, got) in expected.Zip(outputs)) Assert.Equal(wanted.Raw, got.Raw);
    }
}
