// Hot path: GetOnlineFeatures, once per request.
using Appliance.Features;
using Appliance.Features.Reading;
using Appliance.Host.Features;
using Appliance.Inference;

namespace Appliance.Host.Grpc.Feast;

/// <summary>Makes the answer to a GetOnlineFeatures request: read in place, columns written from the store's rows. Thread-safe.</summary>
internal sealed class OnlineFeaturesAnswers(FeaturePlatform platform, FeaturePlans plans)
{
    /// <summary>Answers into the work's output; anything but Ok comes with the reason.</summary>
    public ScoreStatus Answer(OnlineFeaturesWork work, ReadOnlyMemory<byte> message, out string? error)
    {
        var begun = platform.Reads.Begin();
        var status = Write(work, message, out error);
        if (status == ScoreStatus.Ok) platform.Reads.Answered(ReadTransport.FeastGrpc, work.Block.Rows, begun);
        else platform.Reads.Refused(ReadTransport.FeastGrpc);
        return status;
    }

    private ScoreStatus Write(OnlineFeaturesWork work, ReadOnlyMemory<byte> message, out string? error)
    {
        var request = work.Request;
        error = request.Decode(message);
        if (error is not null) return ScoreStatus.InvalidArgument;
        if (request.Selection.IsEmpty)
        {
            error = "the request names neither feature_service nor features";
            return ScoreStatus.InvalidArgument;
        }
        if (!plans.TryGet(request.Selection.Span, request.IsService, request.ReadReferences, out var planned, out error)) return ScoreStatus.NotFound;
        error = request.FullNames ? null : planned.Header.Collision;
        error ??= request.RefusalOf(planned.Plan);
        error ??= platform.Store.Read(planned.Plan, request.Rows, work.Block);
        if (error is not null) return ScoreStatus.InvalidArgument;
        request.Rows.Keep(planned.EntityColumns);
        work.Answer.Write(work.Block, request.Rows, planned, request.FullNames, request.IncludeVersions);
        return ScoreStatus.Ok;
    }
}
