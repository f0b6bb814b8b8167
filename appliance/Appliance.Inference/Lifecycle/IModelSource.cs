namespace Appliance.Inference.Lifecycle;

/// <summary>
/// Where models come from. Implemented over a repository folder, and by a scripted one in the test kit. Thread-safe.
/// </summary>
public interface IModelSource
{
    /// <summary>Names of the models that are there now.</summary>
    IReadOnlyList<string> List();

    /// <summary>Reads and checks a model's configuration and versions.</summary>
    /// <exception cref="ModelLoadException">There is no such model, or its configuration is refused.</exception>
    ModelPlan Read(string model, LoadParameters parameters);

    /// <summary>Loads and warms one version. May take long; runs on a thread of its own.</summary>
    /// <param name="warming">Called once the files are checked and the session is made.</param>
    /// <exception cref="ModelLoadException">The version is refused.</exception>
    ServingModel Load(ModelPlan plan, long version, Action warming);
}
