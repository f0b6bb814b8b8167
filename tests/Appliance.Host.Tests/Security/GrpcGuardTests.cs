using System.Net;
using Contracts.Health;
using Contracts.Models;
using Contracts.Scoring;
using Grpc.Core;
using TestKit;

namespace Appliance.Host.Tests.Security;

public sealed class GrpcGuardTests
{
    private static DateTime Deadline => DateTime.UtcNow.AddSeconds(60);

    [Fact]
    public async Task Health_is_anybody_s_and_nothing_else_is()
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("shop", "score"));
        var health = await new Contracts.Health.Health.HealthClient(host.Channel).CheckAsync(new HealthCheckRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        var status = await FailureAsync(() => ScoreAsync(host, "", KocPotential.Name));
        Assert.Equal(StatusCode.Unauthenticated, status.StatusCode);
        Assert.Contains("the call needs a key", status.Detail);
        Assert.Equal(StatusCode.Unauthenticated, (await FailureAsync(() => ScoreAsync(host, "nobody", KocPotential.Name))).StatusCode);
    }

    [Theory]
    [InlineData("x-api-key", "")]
    [InlineData("authorization", "Bearer ")]
    public async Task A_key_comes_as_metadata(string header, string scheme)
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("shop", "score"));
        var client = new Contracts.Scoring.Scoring.ScoringClient(host.Channel);
        var answer = await client.ScoreAsync(Row(KocPotential.Name), new Metadata { { header, scheme + SecuredHost.KeyOf("shop") } }, Deadline, TestContext.Current.CancellationToken);
        Assert.Equal(KocPotential.Name, answer.Model);
    }

    [Fact]
    public async Task A_role_that_is_missing_is_named()
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("shop", "score"));
        var status = await FailureAsync(() => PinAsync(host, "shop", "m"));
        Assert.Equal((StatusCode.PermissionDenied, "principal 'shop' has role score; the call needs role operate"), (status.StatusCode, status.Detail));
        Assert.Empty(host.Lifecycle.Calls);
    }

    [Fact]
    public async Task The_model_stands_in_the_message()
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("shop", "score,operate", KocPotential.Name));
        Assert.Equal(KocPotential.Name, (await ScoreAsync(host, "shop", KocPotential.Name)).Model);
        Assert.Contains("'other' is none of them", (await FailureAsync(() => ScoreAsync(host, "shop", "other"))).Detail);
        await PinAsync(host, "shop", KocPotential.Name);
        Assert.Equal(StatusCode.PermissionDenied, (await FailureAsync(() => PinAsync(host, "shop", "other"))).StatusCode);
        Assert.Equal([$"pin {KocPotential.Name} 1"], host.Lifecycle.Calls);
        // One about all models is about others too.
        var list = await FailureAsync(async () => await new ModelAdmin.ModelAdminClient(host.Channel).ListVersionsAsync(new ListVersionsRequest(), Key("shop"), Deadline, TestContext.Current.CancellationToken));
        Assert.Contains("the call is not about one of them", list.Detail);
    }

    [Fact]
    public async Task Every_message_of_a_stream_is_looked_at_and_counted()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var shop = SecuredHost.Entry("shop", "score", KocPotential.Name);
        shop.RequestsPerSecond = 3;
        await using var host = await SecuredHost.WithAsync(time, shop);
        Assert.Equal((1, StatusCode.PermissionDenied), await StreamAsync(host, KocPotential.Name, "other"));
        Assert.Equal((1, StatusCode.ResourceExhausted), await StreamAsync(host, KocPotential.Name, KocPotential.Name));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((3, StatusCode.OK), await StreamAsync(host, KocPotential.Name, KocPotential.Name, KocPotential.Name));
    }

    [Fact]
    public async Task Too_many_calls_are_refused_with_the_time_to_wait()
    {
        var shop = SecuredHost.Entry("shop", "score");
        shop.RequestsPerSecond = 1;
        await using var host = await SecuredHost.WithAsync(new ManualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), shop);
        await ScoreAsync(host, "shop", KocPotential.Name);
        var refused = await Assert.ThrowsAsync<RpcException>(() => ScoreAsync(host, "shop", KocPotential.Name));
        Assert.Equal((StatusCode.ResourceExhausted, "1000"), (refused.StatusCode, refused.Trailers.GetValue("retry-after-ms")));
    }

    [Fact]
    public async Task Administration_is_written_down_with_what_it_is_about_and_how_it_ended()
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("ops", "operate", "m"), SecuredHost.Entry("shop", "score"));
        await PinAsync(host, "ops", "m");
        host.Lifecycle.Result = new(Inference.ScoreStatus.NotFound, "there is none");
        await FailureAsync(() => PinAsync(host, "ops", "m"));
        await FailureAsync(() => PinAsync(host, "ops", "other"));
        await FailureAsync(() => PinAsync(host, "shop", "m"));
        var lines = host.Audit;
        Assert.Equal(6, lines.Length);
        Assert.Contains("\"call\":\"/appliance.models.v1.ModelAdmin/Pin\",\"subject\":\"model m version 1\",\"event\":\"begun\"", lines[0]);
        Assert.Contains("\"of\":1,\"outcome\":\"OK\"", lines[1]);
        Assert.Contains("\"of\":3,\"outcome\":\"NotFound\"", lines[3]);
        Assert.Contains("\"subject\":\"model other version 1\",\"event\":\"refused\",\"outcome\":\"model\"", lines[4]);
        Assert.Contains("\"who\":\"shop\"", lines[5]);
    }

    [Fact]
    public async Task Without_keys_administration_is_taken_from_this_machine_alone()
    {
        await using var host = await SecuredHost.OpenAsync();
        await PinAsync(host, "", "m");
        host.From = IPAddress.Parse("192.168.1.20");
        var status = await FailureAsync(() => PinAsync(host, "", "m"));
        Assert.Equal(StatusCode.PermissionDenied, status.StatusCode);
        Assert.Contains("Security:KeysFile", status.Detail);
        Assert.Equal(KocPotential.Name, (await ScoreAsync(host, "", KocPotential.Name)).Model);
    }

    private static async Task<ScoreResponse> ScoreAsync(SecuredHost host, string principal, string model) =>
        await new Contracts.Scoring.Scoring.ScoringClient(host.Channel).ScoreAsync(Row(model), Key(principal), Deadline);

    private static async Task PinAsync(SecuredHost host, string principal, string model) =>
        await new ModelAdmin.ModelAdminClient(host.Channel).PinAsync(new PinRequest { Model = model, Version = 1 }, Key(principal), Deadline);

    private static async Task<(int Answers, StatusCode Ended)> StreamAsync(SecuredHost host, params string[] models)
    {
        using var call = new Contracts.Scoring.Scoring.ScoringClient(host.Channel).ScoreStream(Key("shop"), Deadline);
        var answers = 0;
        try
        {
            foreach (var model in models)
            {
                await call.RequestStream.WriteAsync(Row(model), TestContext.Current.CancellationToken);
                if (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken)) answers++;
            }
            await call.RequestStream.CompleteAsync();
            await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        }
        catch (RpcException e)
        {
            return (answers, e.StatusCode);
        }
        return (answers, call.GetStatus().StatusCode);
    }

    private static ScoreRequest Row(string model)
    {
        var row = new FeatureRow();
        row.Features["consumption_amount"] = new FeatureValue { DoubleValue = 1 };
        row.Features["share_count"] = new FeatureValue { DoubleValue = 1 };
        return new ScoreRequest { Model = model, Rows = { row } };
    }

    private static Metadata Key(string principal) => principal.Length == 0 ? [] : new Metadata { { "x-api-key", SecuredHost.KeyOf(principal) } };

    private static async Task<Status> FailureAsync(Func<Task> call) => (await Assert.ThrowsAsync<RpcException>(call)).Status;
}
