using Appliance.Host.Security.Audit;
using Appliance.Host.Security.Keys;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Appliance.Host.Security.Calls;

/// <summary>
/// Goes by what stands in the messages of gRPC calls: whether a principal may use the model that one is about, and what administration is
/// about. Behind <see cref="CallGuard"/>, which has let the call in. Thread-safe.
/// </summary>
/// <param name="identity">Null where nobody is asked who they are.</param>
/// <param name="audit">Null where nothing is written down.</param>
internal sealed class GrpcGuard(SecurityMetrics metrics, CallerIdentity? identity = null, AuditLog? audit = null) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        CheckModel(request, context);
        if (Begin(context, GrpcSubjects.Of(request)) is not { } call) return await continuation(request, context);
        var outcome = StatusCode.Unknown;
        try
        {
            var response = await continuation(request, context);
            outcome = context.Status.StatusCode;
            return response;
        }
        catch (RpcException e)
        {
            outcome = e.StatusCode;
            throw;
        }
        finally
        {
            call.End(outcome);
        }
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        CheckModel(request, context);
        return RunAsync(context, GrpcSubjects.Of(request), () => continuation(request, responseStream, context));
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var requests = PrincipalOf(context) is { } principal ? new GuardedStream<TRequest>(requestStream, this, principal) : requestStream;
        return RunAsync(context, subject: null, () => continuation(requests, responseStream, context));
    }

    /// <summary>Whether a message may be taken of a principal's stream, which counts as a request; throws where it may not.</summary>
    /// <param name="isFirst">It was counted as the call was let in.</param>
    internal void CheckMessage(object message, Principal principal, bool isFirst)
    {
        if (!isFirst && !identity!.TryPermit(principal, CallKind.Open, out var refused)) throw Failure(refused);
        if (!identity!.TryPermitModel(principal, GrpcSubjects.ModelOf(message), out refused)) throw Failure(refused);
    }

    private static Principal? PrincipalOf(ServerCallContext context) => context.GetHttpContext().Features.Get<Principal>();

    private void CheckModel(object request, ServerCallContext context)
    {
        if (PrincipalOf(context) is not { IsLimitedToModels: true } principal) return;
        if (identity!.TryPermitModel(principal, GrpcSubjects.ModelOf(request), out var refused)) return;
        if (audit is not null && KindOf(context).IsAdministration()) audit.Refused(CallGuard.Describe(context.GetHttpContext(), context.Method, GrpcSubjects.Of(request)), refused.Reason.Word());
        throw Failure(refused);
    }

    private async Task RunAsync(ServerCallContext context, string? subject, Func<Task> run)
    {
        var call = Begin(context, subject);
        var outcome = StatusCode.Unknown;
        try
        {
            await run();
            outcome = context.Status.StatusCode;
        }
        catch (RpcException e)
        {
            outcome = e.StatusCode;
            throw;
        }
        finally
        {
            call?.End(outcome);
        }
    }

    private BegunCall? Begin(ServerCallContext context, string? subject)
    {
        if (audit is null || !KindOf(context).IsAdministration()) return null;
        var call = CallGuard.Describe(context.GetHttpContext(), context.Method, subject);
        if (audit.TryBegin(call) is { } number) return new BegunCall(audit, call, number);
        metrics.Called(Refusal.Audit);
        throw Failure(Refused.Audit);
    }

    private static CallKind KindOf(ServerCallContext context) => CallKinds.OfGrpc(context.Method) ?? CallKind.Admin;

    private static RpcException Failure(Refused refused)
    {
        var trailers = new Metadata();
        foreach (var (name, value) in RetryHint.Of(refused.WaitMilliseconds)) trailers.Add(name, value);
        return new RpcException(new Status(refused.Reason.ToGrpc(), refused.Message), trailers);
    }

    private sealed record BegunCall(AuditLog Audit, AuditCall Call, long Number)
    {
        public void End(StatusCode outcome) => Audit.End(Call, Number, outcome.ToString());
    }
}
