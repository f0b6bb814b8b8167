namespace Appliance.Inference.Lifecycle;

/// <summary>
/// Decides which ready version gets the requests that name none. The model manager tells it what is ready; ready is not yet routed.
/// Implemented by the traffic table, and by a recording one in the test kit.
/// </summary>
public interface IVersionRouter
{
    /// <summary>
    /// Routes every unversioned request of the model to <paramref name="version"/> from now on; 0 routes to none.
    /// Returns the version routed to before. When this returns, no new request goes to another version unless it asks for it.
    /// </summary>
    long Route(string model, long version);

    /// <summary>The version routed to; 0 for none.</summary>
    long RoutedVersion(string model);
}
