namespace Appliance.Inference.Lifecycle;

/// <summary>
/// The files of one version on their way into the repository. Implemented over folders, and by a scripted one in the test kit. Used by one operation; not thread-safe.
/// </summary>
public interface IVersionFiles
{
    /// <summary>Puts the files where the repository has them, each step by a rename; a version that is there with the same content stays as it is.</summary>
    /// <returns>Null, or why they cannot go there; nothing has changed then.</returns>
    /// <exception cref="IOException">A file cannot be written or moved; nothing has changed.</exception>
    string? Place();

    /// <summary>Takes back what <see cref="Place"/> did. What was there before stays.</summary>
    void Undo();
}
