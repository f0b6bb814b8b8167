using Contracts;
using Contracts.Features;
using Google.Protobuf;
using Grpc.Core;
using TestKit;

namespace Appliance.Host.Tests.Features;

public sealed class RegistryGrpcTests
{
    private const string Described = """{"featureViews":[{"name":"place","kind":"batch","entities":["shop"],"source":"shop_push","description":"Where.","features":[{"name":"area","type":"float"}]}]}""";

    [Fact]
    public async Task A_change_is_planned_applied_listed_described_and_deleted()
    {
        await using var host = await FeatureHost.StartAsync();
        var client = new FeatureRegistry.FeatureRegistryClient(host.Channel);
        var definitions = ByteString.CopyFromUtf8(Described);

        var planned = await client.PlanAsync(new PlanRequest { Definitions = definitions }, Options());
        Assert.Equal(("planned", 1L), (planned.Outcome, planned.Revision));
        Assert.Equal([new Field { Path = "description", New = "\"Where.\"" }], Assert.Single(planned.Changes).Fields);
        Assert.False(Assert.Single(planned.Verdicts).Breaking);

        var applied = await client.ApplyAsync(new ApplyRequest { Definitions = definitions, Author = "ann", Reason = "say it", ExpectedRevision = 1 }, Options());
        Assert.Equal(("applied", 2L), (applied.Outcome, applied.Revision));
        Assert.Equal(new ChangeReply.Types.NewVersion { Kind = Kind.FeatureView, Name = "place", Version = 2 }, Assert.Single(applied.NewVersions));

        var listed = await client.ListAsync(new ListRequest { Kind = Kind.FeatureView }, Options());
        Assert.Equal("Where.", listed.Objects.Single(o => o.Name == "place").Description);
        Assert.Equal(15, (await client.ListAsync(new ListRequest(), Options())).Objects.Count);

        var deleted = await client.DeleteAsync(new DeleteRequest { Kind = Kind.FeatureView, Name = "place", Author = "ann", Reason = "gone" }, Options());
        Assert.Equal(0, Assert.Single(deleted.NewVersions).Version);
        var described = await client.DescribeAsync(new DescribeRequest { Kind = Kind.FeatureView, Name = "place" }, Options());
        Assert.Equal("gone", described.DeletedBy.Reason);
        Assert.Equal(["begin", "say it"], described.Versions.Select(v => v.Revision.Reason));
        Assert.Equal(FeatureHost.Now, described.Versions[1].Revision.Time.ToDateTimeOffset());
    }

    [Fact]
    public async Task Failures_have_the_status_of_their_kind()
    {
        await using var host = await FeatureHost.StartAsync();
        var manifest = KocPotential.Manifest();
        manifest.FeatureService = new ManifestFeatureService { Name = "scores", Version = 1 };
        var signature = KocPotential.Signature();
        host.Models.Serve(KocPotential.Name, 1, signature, KocPotential.Instance(signature), manifest);
        var client = new FeatureRegistry.FeatureRegistryClient(host.Channel);
        var definitions = ByteString.CopyFromUtf8(Described);

        Assert.Equal("invalid", (await client.PlanAsync(new PlanRequest { Definitions = ByteString.CopyFromUtf8("[]") }, Options())).Outcome);
        await FailsAsync(StatusCode.InvalidArgument, client.ApplyAsync(new ApplyRequest { Definitions = ByteString.CopyFromUtf8("{") }, Options()));
        await FailsAsync(StatusCode.InvalidArgument, client.ApplyAsync(new ApplyRequest { Definitions = definitions, Author = "ann" }, Options()));
        await FailsAsync(StatusCode.InvalidArgument, client.ApplyAsync(new ApplyRequest { Definitions = definitions, Mode = (ApplyMode)7 }, Options()));
        await FailsAsync(StatusCode.Aborted, client.ApplyAsync(new ApplyRequest { Definitions = definitions, Author = "ann", Reason = "r", ExpectedRevision = 9 }, Options()));
        await FailsAsync(StatusCode.FailedPrecondition, client.DeleteAsync(new DeleteRequest { Kind = Kind.FeatureService, Name = "scores", Author = "ann", Reason = "r" }, Options()));
        await FailsAsync(StatusCode.NotFound, client.DeleteAsync(new DeleteRequest { Kind = Kind.Source, Name = "nothing", Author = "ann", Reason = "r" }, Options()));
        await FailsAsync(StatusCode.NotFound, client.DescribeAsync(new DescribeRequest { Kind = Kind.Source, Name = "nothing" }, Options()));
        await FailsAsync(StatusCode.InvalidArgument, client.DescribeAsync(new DescribeRequest { Name = "user" }, Options()));
        Assert.Equal(1, host.Platform.Registry.State.Revision);
    }

    private static async Task FailsAsync<T>(StatusCode expected, AsyncUnaryCall<T> call)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(expected, failure.StatusCode);
        Assert.NotEmpty(failure.Status.Detail);
    }

    private static CallOptions Options() => new(cancellationToken: TestContext.Current.CancellationToken);
}
