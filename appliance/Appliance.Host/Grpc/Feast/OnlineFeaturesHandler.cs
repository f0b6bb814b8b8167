// Hot path: GetOnlineFeatures, once per request.
using System.Buffers;
using Appliance.Features;
using Appliance.Host.Features;
using Appliance.Host.Rest.Features;
using Appliance.Inference;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Grpc.Feast;

/// <summary>
/// Serves <c>feast.serving.ServingService</c> without message objects: the request is read in place, columns are written from the store's rows.
/// Thread-safe.
/// </summary>
internal sealed class OnlineFeaturesHandler(FeaturePlatform platform, FeaturePlans plans, ObjectPool<OnlineFeaturesCall> calls, GrpcOptions options)
{
    public const string Path = "/feast.serving.ServingService/GetOnlineFeatures";
    public const string InfoPath = "/feast.serving.ServingService/GetFeastServingInfo";

    public async Task HandleAsync(HttpContext context)
    {
        var reader = new GrpcMessageReader(context.Request.BodyReader);
        var call = calls.Get();
        try
        {
            var status = await reader.ReadNextAsync(options.MaxMessageBytes, context.Request.Headers.GrpcEncoding);
            var error = reader.Error;
            if (status == ScoreStatus.Ok) (status, error) = reader.EndOfStream ? (ScoreStatus.InvalidArgument, null) : await AnswerAsync(call, reader.Message);
            if (status != ScoreStatus.Ok)
            {
                GrpcReply.EndWith(context.Features, status, error ?? GrpcFraming.EndsEarly);
                return;
            }
            GrpcReply.Begin(context.Features);
            await SendAsync(context, call.Answer.Output.Written);
            GrpcReply.EndOk(context.Features);
        }
        finally
        {
            reader.Release();
            calls.Return(call);
        }
    }

    public async Task HandleInfoAsync(HttpContext context)
    {
        GrpcReply.Begin(context.Features);
        await SendAsync(context, Google.Protobuf.MessageExtensions.ToByteArray(new Contracts.Feast.GetFeastServingInfoResponse { Version = ServerIdentity.Version }));
        GrpcReply.EndOk(context.Features);
    }

    private async ValueTask<(ScoreStatus Status, string? Error)> AnswerAsync(OnlineFeaturesCall call, ReadOnlyMemory<byte> message)
    {
        if (TransportThread.IsLongBody(message.Length)) await TransportThread.LeaveAsync();
        if (call.Request.Decode(message) is { } malformed) return (ScoreStatus.InvalidArgument, malformed);
        if (!TransportThread.IsLongBody(message.Length) && TransportThread.AreManyRows(call.Request.Rows.Rows)) await TransportThread.LeaveAsync();
        return (Answer(call, out var error), error);
    }

    private ScoreStatus Answer(OnlineFeaturesCall call, out string? error)
    {
        var request = call.Request;
        if (request.Selection.IsEmpty)
        {
            error = "the request names neither feature_service nor features";
            return ScoreStatus.InvalidArgument;
        }
        if (!plans.TryGet(request.Selection.Span, request.IsService, request.References, out var planned, out error)) return ScoreStatus.NotFound;
        if (!request.FullNames && planned.Header.Collision is { } collision)
        {
            error = collision;
            return ScoreStatus.InvalidArgument;
        }
        error = platform.Store.Read(planned.Plan, request.Rows, call.Block);
        if (error is not null) return ScoreStatus.InvalidArgument;
        call.Answer.Write(call.Block, request.Rows, planned.Header, request.FullNames, request.IncludeVersions);
        return ScoreStatus.Ok;
    }

    private static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> message)
    {
        var writer = context.Response.BodyWriter;
        var framed = writer.GetMemory(GrpcFraming.PrefixBytes + message.Length);
        framed.Span[0] = 0;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(framed.Span[1..], message.Length);
        message.CopyTo(framed[GrpcFraming.PrefixBytes..]);
        writer.Advance(GrpcFraming.PrefixBytes + message.Length);
        await writer.FlushAsync();
    }
}
