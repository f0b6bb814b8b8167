namespace Appliance.Inference.Lifecycle;

/// <summary>Takes versions and models out of the repository. Implemented over folders, and by a scripted one in the test kit. Thread-safe.</summary>
public interface IVersionRemoval
{
    /// <summary>Removes a version's files; 0 removes the model's folder.</summary>
    /// <returns>Null, or why not; nothing has changed then.</returns>
    /// <exception cref="IOException">A folder cannot be moved.</exception>
    string? Remove(string model, long version);
}
