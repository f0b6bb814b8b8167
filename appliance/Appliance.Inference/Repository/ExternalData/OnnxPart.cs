namespace Appliance.Inference.Repository.ExternalData;

/// <summary>The parts of an ONNX model in which a tensor can lie.</summary>
internal enum OnnxPart
{
    /// <summary>Anything else; skipped.</summary>
    None,
    Model,
    TrainingInfo,
    Graph,
    Node,
    Attribute,
    Function,
    Tensor,
    SparseTensor,
}
