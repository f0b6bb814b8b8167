using System.Net;
using System.Text;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Rest.V2;

/// <summary>
/// Many callers at once, some of whom hang up. Invariant: every answer is the answer to its own request, and afterwards no lease and no place
/// in the appliance is still taken (the host checks that when it is disposed).
/// </summary>
public sealed class InferStressTests
{
    private const int Callers = 24;
    private const int RequestsEach = 60;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answers_never_mix_while_callers_come_and_go(bool inline)
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Mixed) { RunsInline = inline });
        const int seed = 20261123;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");

        var answered = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => CallAsync(host, caller, new Random(seed + caller))));

        Assert.InRange(answered.Sum(), Callers * RequestsEach / 2, Callers * RequestsEach);
    }

    private static async Task<int> CallAsync(RestHost host, int caller, Random random)
    {
        var answered = 0;
        for (var i = 0; i < RequestsEach; i++)
        {
            var number = (caller * 1000) + i;
            var text = $"\"caller {caller} ünd request {i} {new string('x', random.Next(0, 3000))}\"";
            var binary = random.Next(2) == 0 ? "true" : "false";
            var body = $$$"""{"id":"{{{number}}}","inputs":[{"name":"A","shape":[1,1],"datatype":"FP32","data":[{{{number}}}]},{"name":"B","shape":[1,1],"datatype":"BYTES","data":[{{{text}}}]}],"parameters":{"binary_data_output":{{{binary}}}}}""";
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var hangUp = new CancellationTokenSource();
            if (random.Next(4) == 0) hangUp.CancelAfter(TimeSpan.FromMicroseconds(random.Next(1, 3000)));
            try
            {
                using var response = await host.Client.PostAsync("/v2/models/m/infer", content, hangUp.Token);
                var reply = await BinaryReply.ReadAsync(response);
                Assert.Equal(HttpStatusCode.OK, reply.Status);
                Assert.Equal(number.ToString(), reply.Body.GetProperty("id").GetString());
                var (a, b) = Outputs(reply);
                Assert.Equal(number, a);
                Assert.Equal(text, $"\"{b}\"");
                answered++;
            }
            catch (OperationCanceledException)
            {
                // This caller hung up.
            }
        }
        return answered;
    }

    private static (float A, string B) Outputs(BinaryReply reply)
    {
        if (reply.JsonLength is not null)
        {
            return (BitConverter.ToSingle(reply.Tensors, 0), new ScriptedTensor("", Datatype.Bytes, [1, 1], reply.Tensors[4..]).Strings()[0]);
        }
        var outputs = reply.Body.GetProperty("outputs");
        return (outputs[0].GetProperty("data")[0].GetSingle(), outputs[1].GetProperty("data")[0].GetString()!);
    }
}
