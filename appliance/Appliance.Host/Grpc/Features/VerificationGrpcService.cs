using Appliance.Features;
using Appliance.Features.Verification;
using Appliance.Host.Rest.Features;
using Contracts.Features;
using Grpc.Core;

namespace Appliance.Host.Grpc.Features;

/// <summary><c>appliance.features.v1.FeatureVerification</c>. Thread-safe.</summary>
internal sealed class VerificationGrpcService(FeaturePlatform platform, IHostApplicationLifetime lifetime, TimeProvider time) : Contracts.Features.FeatureVerification.FeatureVerificationBase
{
    private static readonly TimeSpan BetweenMessages = TimeSpan.FromSeconds(1);

    public override async Task Verify(VerifyRequest request, IServerStreamWriter<VerifyReply> responseStream, ServerCallContext context)
    {
        var wanted = new VerificationRequest(null, request.Model.Length == 0 ? null : request.Model);
        if (request.Since.Length > 0 && VerificationBody.TrySet("since", request.Since, ref wanted) is { } wrong) throw new RpcException(new Status(StatusCode.InvalidArgument, wrong.Message));
        if (!platform.Verification.TryStart(wanted, out var run, out var refusal)) throw new RpcException(new Status(StatusCode.FailedPrecondition, refusal));
        using var ending = context.CancellationToken.Register(run.Cancel);
        using var stopping = lifetime.ApplicationStopping.Register(run.Cancel);
        while (!run.Completion.IsCompleted)
        {
            await responseStream.WriteAsync(new VerifyReply { Progress = run.Progress });
            await Task.WhenAny(run.Completion, Task.Delay(BetweenMessages, time, context.CancellationToken));
        }
        if (run.Report is not { } report) throw new RpcException(new Status(run.State == VerificationState.Failed ? StatusCode.Internal : StatusCode.Cancelled, run.Error ?? "cancelled"));
        await responseStream.WriteAsync(report.ToMessage());
    }
}
