using System.Runtime.InteropServices;
using Compare.Runtime;
using Compare.Servers;
using Contracts.Inference;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Compare.Rows;

/// <summary>Asks each side once through a complete gRPC client before anything is measured: h2load reads no trailers and no answers.</summary>
internal static class AnswerCheck
{
    /// <summary>Largest difference from ONNX Runtime in this process; both run the same graph in single precision.</summary>
    private const double Tolerance = 1e-5;

    private const int FramePrefix = 5;

    /// <summary>The bytes of the answer of a side that runs the model, once its score has been found right.</summary>
    public static async Task<int> ScoredAsync(ServerProcess server, Workload workload, ModelSession reference)
    {
        var reply = await InferAsync(server, workload);
        var expected = reference.Score(workload.Values);
        var score = SingleScore(reply);
        return Math.Abs(score - expected) <= Tolerance
            ? reply.CalculateSize() + FramePrefix
            : throw new InvalidOperationException($"The server scored {score}; ONNX Runtime in this process scores {expected}.");
    }

    /// <summary>The bytes of the floor's answer, once it has been read as a single score.</summary>
    public static async Task<int> FloorAsync(ServerProcess server, Workload workload)
    {
        var reply = await InferAsync(server, workload);
        SingleScore(reply);
        return reply.CalculateSize() + FramePrefix;
    }

    private static async Task<ModelInferResponse> InferAsync(ServerProcess server, Workload workload)
    {
        using var channel = GrpcChannel.ForAddress(server.Grpc);
        return await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ModelInferAsync(workload.Request);
    }

    private static float SingleScore(ModelInferResponse reply)
    {
        var isSingle = reply.Outputs.Count == 1 && reply.Outputs[0].Datatype == "FP32" && reply.Outputs[0].Shape.SequenceEqual([1, 1])
            && reply.RawOutputContents.Count == 1 && reply.RawOutputContents[0].Length == sizeof(float);
        return isSingle
            ? MemoryMarshal.Read<float>(reply.RawOutputContents[0].Span)
            : throw new InvalidOperationException($"The answer is not one raw FP32 output of shape [1,1]: {JsonFormatter.Default.Format(reply)}");
    }
}
