namespace Appliance.Host.Rest.Features;

/// <summary>How a request says which features it wants.</summary>
internal enum SelectionKind
{
    /// <summary>It does not say.</summary>
    None,

    /// <summary>A list of references.</summary>
    List,

    /// <summary>The name of a feature service.</summary>
    Service,

    /// <summary>All views of an entity.</summary>
    Entity,
}
