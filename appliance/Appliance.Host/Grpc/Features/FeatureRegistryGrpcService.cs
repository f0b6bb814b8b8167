using System.Diagnostics;
using Appliance.Features;
using Appliance.Features.Registry;
using Appliance.Host.Features;
using Appliance.Host.Rest.Features;
using Appliance.Host.Security.Calls;
using Contracts.Features;
using FeatureModel.Definitions;
using Grpc.Core;
using ApplyMode = Appliance.Features.Registry.ApplyMode;

namespace Appliance.Host.Grpc.Features;

/// <summary><c>appliance.features.v1.FeatureRegistry</c>: what is defined, and changes of it. Thread-safe.</summary>
internal sealed class FeatureRegistryGrpcService(FeaturePlatform platform, ServedModels served) : Contracts.Features.FeatureRegistry.FeatureRegistryBase
{
    public override Task<ChangeReply> Plan(PlanRequest request, ServerCallContext context)
    {
        var read = DefinitionFiles.ReadBody(request.Definitions.Memory, RegistryCommand.BodyName);
        var plan = read.Succeeded
            ? platform.Registry.Plan(read.Definitions, ModeOf(request.Mode), served.Current)
            : new RegistryPlan(platform.Registry.State.Revision, read.Errors, [], [], []);
        return Task.FromResult(plan.ToMessage(plan.Errors.Count > 0 ? "invalid" : "planned", RegistryEndpoint.PlanMessage(plan), plan.Revision));
    }

    public override Task<ChangeReply> Apply(ApplyRequest request, ServerCallContext context)
    {
        var read = DefinitionFiles.ReadBody(request.Definitions.Memory, RegistryCommand.BodyName);
        if (!read.Succeeded)
        {
            throw Failure(RegistryOutcome.Invalid, RegistryEndpoint.PlanMessage(new RegistryPlan(platform.Registry.State.Revision, read.Errors, [], [], [])));
        }
        var by = new RegistryRequest(CallAuthor.Of(context, request.Author), request.Reason) { ExpectedRevision = request.HasExpectedRevision ? request.ExpectedRevision : null };
        return Task.FromResult(Answer(platform.Definitions.Apply(read.Definitions, ModeOf(request.Mode), by, served.Current)));
    }

    public override Task<ListReply> List(ListRequest request, ServerCallContext context)
    {
        var state = platform.Registry.State;
        var kinds = request.Kind == Kind.Unspecified ? DefinitionKinds.All : [KindOf(request.Kind)];
        var reply = new ListReply { Revision = state.Revision };
        reply.Objects.Add(kinds.SelectMany(state.List).Select(o => o.ToEntry()));
        return Task.FromResult(reply);
    }

    public override Task<DescribeReply> Describe(DescribeRequest request, ServerCallContext context)
    {
        var state = platform.Registry.State;
        var kind = KindOf(request.Kind);
        return state.Describe(kind, request.Name) is { } found
            ? Task.FromResult(found.ToMessage(RegistryEndpoint.WindowsOf(state, found)))
            : throw Failure(RegistryOutcome.NotFound, $"{kind.Word()} is '{request.Name}'; there is none of that name{state.Catalog.Hint(kind, request.Name)}");
    }

    public override Task<ChangeReply> Delete(DeleteRequest request, ServerCallContext context)
    {
        var by = new RegistryRequest(CallAuthor.Of(context, request.Author), request.Reason) { ExpectedRevision = request.HasExpectedRevision ? request.ExpectedRevision : null };
        return Task.FromResult(Answer(platform.Definitions.Delete(KindOf(request.Kind), request.Name, by, served.Current)));
    }

    private static ChangeReply Answer(RegistryResult result) => result.Succeeded
        ? result.Plan.ToMessage(result.Outcome.Word(), result.Message, result.State.Revision)
        : throw Failure(result.Outcome, result.Message);

    private static RpcException Failure(RegistryOutcome outcome, string message) => new(new Status(StatusOf(outcome), message));

    private static StatusCode StatusOf(RegistryOutcome outcome) => outcome switch
    {
        RegistryOutcome.Applied or RegistryOutcome.Unchanged => StatusCode.OK,
        RegistryOutcome.Invalid => StatusCode.InvalidArgument,
        RegistryOutcome.Breaking => StatusCode.FailedPrecondition,
        RegistryOutcome.Conflict => StatusCode.Aborted,
        RegistryOutcome.NotFound => StatusCode.NotFound,
        RegistryOutcome.StorageFailed => StatusCode.Unavailable,
        _ => throw new UnreachableException($"outcome {outcome}"),
    };

    private static ApplyMode ModeOf(Contracts.Features.ApplyMode mode) => mode switch
    {
        Contracts.Features.ApplyMode.Merge => ApplyMode.Merge,
        Contracts.Features.ApplyMode.Replace => ApplyMode.Replace,
        _ => throw new RpcException(new Status(StatusCode.InvalidArgument, $"mode is {(int)mode}; it must be MERGE or REPLACE")),
    };

    private static DefinitionKind KindOf(Kind kind) => RegistryMessages.TryFrom(kind, out var known)
        ? known
        : throw new RpcException(new Status(StatusCode.InvalidArgument, $"kind is {(int)kind}; it must be ENTITY, SOURCE, FEATURE_VIEW or FEATURE_SERVICE"));
}
