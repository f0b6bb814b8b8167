namespace FeatureModel.Events;

/// <summary>The members of an event's JSON form, as bits.</summary>
[Flags]
internal enum EventMember
{
    None = 0,
    Id = 1,
    Source = 2,
    Type = 4,
    Entity = 8,
    Time = 16,
    Created = 32,
    Data = 64,
}
