namespace Appliance.Inference.Batching;

/// <summary>
/// One place where a model version can run: its input and output memory. Runs one batch at a time.
/// Implemented over ONNX Runtime, and by a scripted one in the test kit.
/// </summary>
public interface IModelInstance : IDisposable
{
    /// <summary>
    /// Copies the inputs of the batch's entries into place, runs the model, copies the answers into the entries, and stamps the batch.
    /// Throws <see cref="InferenceFaultException"/> when the runtime refuses; the entries' answers are then undefined.
    /// </summary>
    void Run(Batch batch);
}
