namespace Compare.Results;

/// <summary>A round that knows how much of the machine others took meanwhile.</summary>
public interface IRound
{
    /// <summary>Requests that were not answered with HTTP status 200.</summary>
    long Failed { get; }

    /// <summary>Share of all cores that went to neither the server nor its client.</summary>
    double OthersShare { get; }
}
