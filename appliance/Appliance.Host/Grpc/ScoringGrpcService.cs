// Hot path: Score, once per request.
using Appliance.Inference;
using Contracts.Scoring;
using Grpc.Core;

namespace Appliance.Host.Grpc;

/// <summary><c>appliance.scoring.v1.Scoring</c>: named features in, named scores out. Thread-safe.</summary>
internal sealed class ScoringGrpcService(
    FeatureScorer scorer, GrpcOptions options, IHostApplicationLifetime lifetime, TimeProvider time)
    : Contracts.Scoring.Scoring.ScoringBase
{
    /// <summary>The trailer that repeats the request's id, which a failed call has no other place for.</summary>
    public const string RequestIdTrailer = "x-request-id";

    private readonly int _streamWindow = options.StreamWindow;

    public override async Task<ScoreResponse> Score(ScoreRequest request, ServerCallContext context)
    {
        var answer = await scorer.ScoreAsync(request, HeadersOf(context), CallDeadline.Of(context, time), context.CancellationToken);
        if (ScoreAnswer.IsAscii(answer.Response.RequestId)) context.ResponseTrailers.Add(RequestIdTrailer, answer.Response.RequestId);
        if (answer.Status != ScoreStatus.Ok) throw answer.ToException();
        context.ResponseTrailers.Add(ServerTiming.Trailer, ServerTiming.Of(answer.Timings));
        return answer.Response;
    }

    public override async Task ScoreStream(
        IAsyncStreamReader<ScoreRequest> requestStream, IServerStreamWriter<ScoreResponse> responseStream, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var call = new ScoreStreamCall(scorer, _streamWindow, HeadersOf(context), CallDeadline.Of(context, time), context.CancellationToken);
        await call.RunAsync(requestStream, responseStream, stop);
        context.ResponseTrailers.Add(ServerTiming.Trailer, ServerTiming.Of(call.Timings));
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the server is stopping"));
        }
    }

    // Not the context's own metadata, which is made anew of every header there is.
    private static IHeaderDictionary HeadersOf(ServerCallContext context) => context.GetHttpContext().Request.Headers;
}
