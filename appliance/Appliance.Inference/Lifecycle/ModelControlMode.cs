namespace Appliance.Inference.Lifecycle;

/// <summary>When models are loaded and unloaded.</summary>
public enum ModelControlMode : byte
{
    /// <summary>All at the start, never again.</summary>
    None,

    /// <summary>All at the start, then whatever changes in the repository.</summary>
    Poll,

    /// <summary>Only by a load or unload call.</summary>
    Explicit,
}
