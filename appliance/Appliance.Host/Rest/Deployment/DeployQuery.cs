using System.Globalization;
using Appliance.Scoring.Traffic;

namespace Appliance.Host.Rest.Deployment;

/// <summary>What the query of a deployment says of the version's share. Immutable.</summary>
/// <param name="BasisPoints">The version's share as a canary, in hundredths of a percent; 0 where it gets every request.</param>
/// <param name="Author">Who deploys; kept with the shares of a canary.</param>
internal sealed record DeployQuery(int BasisPoints, string Author, string Reason)
{
    private const string Canary = "canary", AuthorName = "author", ReasonName = "reason";

    /// <summary>Reads it; null, or the parameter at fault and what is wrong with it.</summary>
    /// <param name="caller">Who calls, where nobody else is named as the author.</param>
    public static TrafficFault? Read(IQueryCollection query, string caller, out DeployQuery read)
    {
        read = new DeployQuery(0, caller, "deployed as a canary");
        // One that is passed over would give every request to a version that was to get one of a hundred.
        if (query.Keys.FirstOrDefault(k => k is not (Canary or AuthorName or ReasonName)) is { } unknown)
        {
            return new(unknown, $"{unknown} is not a parameter of a deployment; its parameters are {Canary}, {AuthorName}, {ReasonName}");
        }
        if (query.FirstOrDefault(p => p.Value.Count > 1).Key is { } twice) return new(twice, $"{twice} is given twice");
        if (query.TryGetValue(Canary, out var share))
        {
            if (!TryPercent(share.ToString(), out var basisPoints)) return new(Canary, $"{Canary} is '{share}'; it must be {CanaryPolicy.Rule}");
            read = read with { BasisPoints = basisPoints };
        }
        else if (query.Count > 0)
        {
            return new(query.First().Key, $"{query.First().Key} goes with {Canary}, which is missing");
        }
        if (query.TryGetValue(AuthorName, out var author)) read = read with { Author = author.ToString() };
        if (query.TryGetValue(ReasonName, out var reason)) read = read with { Reason = reason.ToString() };
        return null;
    }

    private static bool TryPercent(string text, out int basisPoints)
    {
        basisPoints = 0;
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && Percent.TryOf(percent, out basisPoints) && basisPoints is > 0 and < BucketMap.Buckets;
    }
}
