namespace Appliance.Inference.Lifecycle;

/// <summary>
/// Where a model version is.
/// Discovered ► Loading ► Warming ► Ready ► Draining ► Unloaded; Loading or Warming ► Failed; Failed or Unloaded ► Loading again.
/// </summary>
public enum ModelState : byte
{
    /// <summary>In the repository, not wanted yet.</summary>
    Discovered,

    /// <summary>Its files are read and checked and its session made.</summary>
    Loading,

    /// <summary>Every batch bucket is run once.</summary>
    Warming,

    /// <summary>Takes requests, if the traffic table routes any to it.</summary>
    Ready,

    /// <summary>Takes no new request; the ones it has are finishing.</summary>
    Draining,

    /// <summary>Its memory is given back.</summary>
    Unloaded,

    /// <summary>It could not be made ready; the reason says why.</summary>
    Failed,
}
