using Appliance.Host.Cli.Files;
using Appliance.Host.Grpc.Features;
using Contracts.Features;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;
using Grpc.Core;

namespace Appliance.Host.Cli.Events;

/// <summary>Asks over gRPC. Thread-safe.</summary>
internal sealed class GrpcRegistryClient(ChannelBase channel) : IRegistryClient
{
    private readonly FeatureRegistry.FeatureRegistryClient _registry = new(channel);

    /// <inheritdoc/>
    /// <exception cref="RpcException">The appliance cannot be asked.</exception>
    public async Task<IReadOnlyList<string>> NamesAsync(DefinitionKind kind, CancellationToken cancellation)
    {
        var reply = await _registry.ListAsync(new ListRequest { Kind = kind.ToMessage() }, cancellationToken: cancellation);
        return [.. reply.Objects.Select(o => o.Name)];
    }

    /// <inheritdoc/>
    /// <exception cref="RpcException">There is none of that name, or the appliance cannot be asked.</exception>
    public async Task<NamedDefinition> FindAsync(DefinitionKind kind, string name, CancellationToken cancellation)
    {
        var reply = await _registry.DescribeAsync(new DescribeRequest { Kind = kind.ToMessage(), Name = name }, cancellationToken: cancellation);
        return reply.DeletedBy is null ? CanonicalJson.Read(kind, reply.Versions[^1].Definition) : throw new InputException($"{kind.Word()} '{name}' has been deleted");
    }
}
