namespace Appliance.Inference.Lifecycle;

/// <summary>
/// Decides which ready version gets the requests that name none. The model manager tells it what is ready; ready is not yet routed.
/// Implemented by the traffic table, and by a recording one in the test kit.
/// </summary>
public interface IVersionRouter
{
    /// <summary>
    /// Routes every unversioned request of the model to <paramref name="version"/> from now on, unless an operator has split them; 0 routes to none.
    /// Returns the version routed to before. When this returns, no new request goes to another version unless it asks for it.
    /// </summary>
    long Route(string model, long version);

    /// <summary>The version routed to; 0 for none. Where requests are split, the one that they all go to once they no longer are.</summary>
    long RoutedVersion(string model);

    /// <summary>Share of the unversioned requests that go to the version now, in hundredths of a percent: 10,000 is all of them.</summary>
    int ShareOf(string model, long version);

    /// <summary>Versions that must stay ready, whatever the version policy wants: those that requests are split among, and their shadows.</summary>
    IReadOnlyCollection<long> KeptVersions(string model);

    /// <summary>The version that had every request before they were split; 0 where they are not.</summary>
    long VersionBeforeSplit(string model);

    /// <summary>
    /// An operator sends every request to one version: what splits them is given up, for good. Returns the version that had most of them; 0 where they
    /// were not split.
    /// </summary>
    long EndSplit(string model, string author, string reason);
}
