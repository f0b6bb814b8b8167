namespace FeatureModel.Events;

/// <summary>Why a body of events is refused. Immutable.</summary>
/// <param name="Index">The event, counted from 0.</param>
/// <param name="IsOneOfMany">Whether the body holds more than one event, so that the index says something.</param>
/// <param name="Member">The member that is wrong, as "entity.member_id"; empty for the event as a whole.</param>
/// <param name="Value">What stood there, shortened.</param>
/// <param name="Rule">What must hold.</param>
public sealed record EventRejection(int Index, bool IsOneOfMany, string Member, string Value, string Rule)
{
    /// <summary>Member, value and rule in one sentence.</summary>
    public override string ToString()
    {
        var place = IsOneOfMany ? $"events[{Index}]" : "event";
        var member = Member.Length == 0 ? place : $"{place}.{Member}";
        return Value.Length == 0 ? $"{member} {Rule}." : $"{member} is {Value}; it {Rule}.";
    }
}
