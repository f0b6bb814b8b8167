namespace Appliance.Scoring.Traffic;

/// <summary>What a split must be. Pure.</summary>
public static class TrafficRules
{
    /// <summary>Versions that requests are split among at most, and shadows. 16 and 4: each is a version in memory, and a shadow a thread at work.</summary>
    public const int MaxArms = 16, MaxShadows = 4;

    /// <summary>Characters that who and why may have.</summary>
    public const int MaxAuthor = 128, MaxReason = 1024;

    /// <summary>Null, or the member at fault and what is wrong with it.</summary>
    public static TrafficFault? Check(TrafficRequest request)
    {
        if (request.Arms.Count is 0 or > MaxArms) return new("arms", $"arms has {request.Arms.Count} elements; it must have 1 to {MaxArms}");
        if (request.Shadows.Count > MaxShadows) return new("shadows", $"shadows has {request.Shadows.Count} elements; it must have at most {MaxShadows}");
        return CheckArms(request.Arms) ?? CheckShadows(request) ?? CheckWho(request.Author, request.Reason);
    }

    /// <summary>Whether a change says who makes it, and why.</summary>
    public static TrafficFault? CheckWho(string author, string reason)
    {
        if (string.IsNullOrWhiteSpace(author) || author.Length > MaxAuthor)
        {
            return new("author", $"author has {author.Length} characters; it must say who makes the change in 1 to {MaxAuthor}");
        }
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason)
        {
            return new("reason", $"reason has {reason.Length} characters; it must say why in 1 to {MaxReason}");
        }
        return null;
    }

    private static TrafficFault? CheckArms(IReadOnlyList<TrafficShare> arms)
    {
        for (var i = 0; i < arms.Count; i++)
        {
            var arm = arms[i];
            if (arm.Version < 1) return new($"arms[{i}].version", $"arms[{i}].version is {arm.Version}; it must be a whole number from 1");
            if (arms.Take(i).Any(a => a.Version == arm.Version)) return new($"arms[{i}].version", $"arms[{i}].version is {arm.Version}, which an arm before it has");
            if (arm.BasisPoints is < 0 or > BucketMap.Buckets)
            {
                return new($"arms[{i}].percent", $"arms[{i}].percent is {Percent.Text(arm.BasisPoints)}; it must be {Percent.Rule}");
            }
        }
        var sum = arms.Sum(a => a.BasisPoints);
        return sum == BucketMap.Buckets ? null : new("arms", $"the percents of arms add up to {Percent.Text(sum)}; they must add up to 100");
    }

    private static TrafficFault? CheckShadows(TrafficRequest request)
    {
        for (var i = 0; i < request.Shadows.Count; i++)
        {
            var shadow = request.Shadows[i];
            if (shadow.Version < 1) return new($"shadows[{i}].version", $"shadows[{i}].version is {shadow.Version}; it must be a whole number from 1");
            if (request.Shadows.Take(i).Any(s => s.Version == shadow.Version))
            {
                return new($"shadows[{i}].version", $"shadows[{i}].version is {shadow.Version}, which a shadow before it has");
            }
            if (request.Arms.Any(a => a.Version == shadow.Version && a.BasisPoints == BucketMap.Buckets))
            {
                return new($"shadows[{i}].version", $"shadows[{i}].version is {shadow.Version}, which serves every request itself");
            }
            if (shadow.BasisPoints is < 1 or > BucketMap.Buckets)
            {
                return new($"shadows[{i}].percent", $"shadows[{i}].percent is {Percent.Text(shadow.BasisPoints)}; it must be a number from 0.01 to 100 in steps of 0.01");
            }
            if (!double.IsFinite(shadow.Tolerance) || shadow.Tolerance < 0)
            {
                return new($"shadows[{i}].tolerance", $"shadows[{i}].tolerance is {shadow.Tolerance}; it must be a number from 0 up");
            }
        }
        return null;
    }
}
