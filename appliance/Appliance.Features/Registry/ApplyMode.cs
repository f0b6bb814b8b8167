namespace Appliance.Features.Registry;

/// <summary>What an apply does with objects that it does not name.</summary>
public enum ApplyMode
{
    /// <summary>They stay as they are.</summary>
    Merge,

    /// <summary>They are deleted: the given definitions are the whole.</summary>
    Replace,
}
