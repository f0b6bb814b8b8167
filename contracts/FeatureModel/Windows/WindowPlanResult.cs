using System.Diagnostics.CodeAnalysis;

namespace FeatureModel.Windows;

/// <summary>A compiled plan, or every reason why there is none.</summary>
public sealed record WindowPlanResult(WindowPlan? Plan, IReadOnlyList<WindowFault> Faults)
{
    /// <summary>The faults in words.</summary>
    public IReadOnlyList<string> Errors => [.. Faults.Select(f => f.Sentence)];

    [MemberNotNullWhen(true, nameof(Plan))]
    public bool Succeeded => Plan is not null;
}
