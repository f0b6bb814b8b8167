namespace Appliance.Host.Rest.Features;

/// <summary>The members of a request for features, whatever they are called in one API or the other.</summary>
[Flags]
internal enum ReadMember
{
    None = 0,
    Entity = 1,
    Ids = 2,
    Entities = 4,
    Features = 8,
    Service = 16,
    Inputs = 32,
    FullNames = 64,
    Versions = 128,
}
