using Appliance.Features;
using Appliance.Features.Verification;
using Appliance.Host.Rest.Business;
using Appliance.Inference;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Features;

/// <summary><c>/api/features/verify</c>: begins a verification, says how far it is or what it found, ends it early. Thread-safe.</summary>
internal sealed class VerificationEndpoint(FeaturePlatform platform, ObjectPool<EnvelopeWriter> envelopes)
{
    // Two short strings.
    private static readonly BodyLimit Limit = new(4096, "the call");

    private readonly FeatureVerification _verification = platform.Verification;

    public async Task PostAsync(HttpContext context)
    {
        var body = RequestBody.Rent();
        try
        {
            var read = await body.ReadAsync(context, Limit);
            if (read != ScoreStatus.Ok) await RefuseAsync(context, read.ToHttp(), new(body.Error, null));
            else if (VerificationBody.Parse(body.Bytes, out var request) is { } refusal) await RefuseAsync(context, StatusCodes.Status400BadRequest, refusal);
            else if (_verification.TryStart(request, out var run, out var busy)) await SendAsync(context, run);
            else await RefuseAsync(context, StatusCodes.Status409Conflict, new(busy, null));
        }
        finally
        {
            RequestBody.Return(body);
        }
    }

    public Task GetAsync(HttpContext context) => _verification.Current is { } run ? SendAsync(context, run) : NoneAsync(context);

    public Task DeleteAsync(HttpContext context)
    {
        if (_verification.Current is not { } run) return NoneAsync(context);
        run.Cancel();
        return SendAsync(context, run);
    }

    private Task NoneAsync(HttpContext context) => RefuseAsync(context, StatusCodes.Status404NotFound, new("nothing was verified since the start of this appliance", null));

    private async Task SendAsync(HttpContext context, VerificationRun run)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        envelope.BeginData();
        VerificationJson.Write(envelope.Json, run);
        envelope.End(requestId);
        await envelope.SendAsync(context.Response, StatusCodes.Status200OK, requestId);
        envelopes.Return(envelope);
    }

    private async Task RefuseAsync(HttpContext context, int code, RequestRefusal refusal)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        envelope.WriteError(code, refusal.Message, refusal.Field, requestId);
        await envelope.SendAsync(context.Response, code, requestId);
        envelopes.Return(envelope);
    }
}
