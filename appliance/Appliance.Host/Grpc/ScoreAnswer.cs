using Appliance.Inference;
using Appliance.Scoring;
using Contracts.Scoring;
using Grpc.Core;

namespace Appliance.Host.Grpc;

/// <summary>How one scoring request ended: with scores, or with an error in words.</summary>
/// <param name="Response">The answer; without rows when the request failed.</param>
/// <param name="Timings">Zero when the request failed.</param>
/// <param name="RetryAfterMs">When a further try may succeed, milliseconds from now; 0 for no hint.</param>
internal readonly record struct ScoreAnswer(
    ScoreStatus Status, ScoreResponse Response, string Error, string? Field, PhaseTimings Timings, int RetryAfterMs = 0)
{
    /// <summary>The trailer that names the feature at fault.</summary>
    public const string FieldTrailer = "error-field";

    /// <summary>The error as a call's own end.</summary>
    public RpcException ToException()
    {
        var trailers = new Metadata();
        if (Field is not null && IsAscii(Field)) trailers.Add(FieldTrailer, Field);
        foreach (var (name, value) in RetryHint.Of(RetryAfterMs)) trailers.Add(name, value);
        return new RpcException(new Status(Status.ToGrpc(), Error), trailers);
    }

    /// <summary>The answer on a stream, where an error is a message like any other.</summary>
    public ScoreResponse ToMessage()
    {
        if (Status != ScoreStatus.Ok)
        {
            Response.Error = new ScoreError { Code = (int)Status.ToGrpc(), Message = Error, Field = Field ?? "" };
        }
        return Response;
    }

    // A trailer holds ASCII alone; the message, which gRPC escapes, names the field in any script.
    internal static bool IsAscii(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
