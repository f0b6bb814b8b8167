using System.Diagnostics;
using Appliance.Features.Registry;

namespace Appliance.Host.Rest.Features;

/// <summary>What outcomes of the registry are called in JSON, and their HTTP statuses.</summary>
internal static class RegistryOutcomes
{
    public static string Word(this RegistryOutcome outcome) => outcome switch
    {
        RegistryOutcome.Applied => "applied",
        RegistryOutcome.Unchanged => "unchanged",
        RegistryOutcome.Invalid => "invalid",
        RegistryOutcome.Breaking => "breaking",
        RegistryOutcome.Conflict => "conflict",
        RegistryOutcome.NotFound => "notFound",
        RegistryOutcome.StorageFailed => "storageFailed",
        _ => throw new UnreachableException($"outcome {outcome}"),
    };

    public static int ToHttp(this RegistryOutcome outcome) => outcome switch
    {
        RegistryOutcome.Applied or RegistryOutcome.Unchanged => StatusCodes.Status200OK,
        RegistryOutcome.Invalid => StatusCodes.Status400BadRequest,
        RegistryOutcome.Breaking or RegistryOutcome.Conflict => StatusCodes.Status409Conflict,
        RegistryOutcome.NotFound => StatusCodes.Status404NotFound,
        RegistryOutcome.StorageFailed => StatusCodes.Status503ServiceUnavailable,
        _ => throw new UnreachableException($"outcome {outcome}"),
    };
}
