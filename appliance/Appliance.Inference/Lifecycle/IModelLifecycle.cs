namespace Appliance.Inference.Lifecycle;

/// <summary>
/// What an administrator sees and changes of the model versions. Implemented by the model manager, and by a scripted one in the test kit.
/// Thread-safe.
/// </summary>
public interface IModelLifecycle
{
    /// <summary>Every wanted model is loaded (or failed) and, with strict readiness, none failed.</summary>
    bool Ready { get; }

    /// <summary>Every version known.</summary>
    IReadOnlyList<ModelVersionStatus> Index();

    /// <summary>Loads a model, or loads it again; ends when its versions are ready or one of them cannot be.</summary>
    Task<AdminResult> LoadAsync(string model, LoadParameters parameters, CancellationToken cancellation);

    /// <summary>Takes a model out of service.</summary>
    Task<AdminResult> UnloadAsync(string model, bool unloadDependents, CancellationToken cancellation);

    /// <summary>Makes the version ready if it is not, routes every request to it and keeps it routed to until it is unpinned.</summary>
    /// <param name="author">Who is written down where a split ends by it; so for the other calls.</param>
    Task<AdminResult> PinAsync(string model, long version, string author, CancellationToken cancellation);

    Task<AdminResult> UnpinAsync(string model, CancellationToken cancellation);

    /// <summary>Pins the version that was routed to before the present one.</summary>
    Task<AdminResult> RollbackAsync(string model, string author, CancellationToken cancellation);

    /// <summary>
    /// Puts a version's files into the repository, makes it ready and routes every request to it; pins it only where the version policy would choose another. A version that is
    /// refused is taken out again, and nothing that is served has changed. Not to be cancelled: it ends with the version served or gone.
    /// </summary>
    Task<AdminResult> DeployAsync(string model, long version, string author, IVersionFiles files);

    /// <summary>
    /// Puts a version's files into the repository and makes it ready beside what is served, then has <paramref name="commit"/> give it its share. A version that is refused, or
    /// gets none, is taken out again. Not to be cancelled, as a deployment.
    /// </summary>
    Task<AdminResult> StageAsync(string model, long version, IVersionFiles files, Func<AdminResult> commit);

    /// <summary>Takes a version that is not routed to out of the repository; 0 takes the whole model.</summary>
    Task<AdminResult> DeleteAsync(string model, long version, string author, IVersionRemoval repository);

    /// <summary>
    /// Makes all of the versions ready, then has <paramref name="commit"/> change who is routed where, then lets go what nobody wants any more. When a
    /// version cannot be made ready nothing is committed. No other operation on the model comes in between.
    /// </summary>
    Task<AdminResult> RetainAsync(string model, IReadOnlyCollection<long> versions, Func<AdminResult> commit, CancellationToken cancellation);
}
