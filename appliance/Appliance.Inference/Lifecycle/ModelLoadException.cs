namespace Appliance.Inference.Lifecycle;

/// <summary>A model or version could not be read or made ready. The message is for the repository index and the caller of a load.</summary>
/// <param name="notFound">Whether there is no such model at all, rather than a faulty one.</param>
public sealed class ModelLoadException(string message, bool notFound = false, Exception? inner = null) : Exception(message, inner)
{
    public bool NotFound { get; } = notFound;
}
